@testable import OpenSSL
import Testing

/// A store that remembers answers what one does that was made anew.
@Suite struct VerificationMemoryTests {
    let authority: Authority
    let now = Authority.now

    init() throws { authority = try Authority.shared.get() }

    @Test func `Sound and faulty chains are answered as by a new store, at every date`() throws {
        let store = authority.store()
        let chains = try chains()
        let dates = Set(
            (chains.flatMap { $0 } + [authority.root]).flatMap { [$0.notBefore, $0.notAfter] })
        let times = dates.union([now]).sorted().flatMap { [$0 - 1, $0, $0 + 1] }
        // Forth and back, so that each time finds answers of earlier and of later ones.
        for time in times + times.reversed() + times {
            for chain in chains {
                let seen = store.verify(chain[0], sent: chain, at: time)
                let fresh = authority.store().verify(chain[0], sent: chain, at: time)
                #expect(seen.chain == fresh.chain)
                #expect(seen.faults == fresh.faults)
            }
        }
        #expect(store.memory?.count == chains.count)
    }

    @Test func `An answer is remembered, and tells of the very certificates that were sent`() throws
    {
        let store = authority.store()
        let memory = try #require(store.memory)
        let sent = [try authority.leaf(), authority.intermediate]
        _ = store.verify(sent[0], sent: sent, at: now)
        let again = try sent.map { try #require(Certificate(der: $0.der)) }
        let question = VerificationMemory.Question(again[0], sent: again, .server)
        let answer = try #require(memory.recall(question, again[0], sent: again, at: now + 60))
        #expect(answer.isTrusted)
        #expect(answer.chain == sent + [authority.root])
        #expect(answer.chain[0] === again[0])
        #expect(answer.chain[1] === again[1])
        // At its very end and beyond it nothing is known.
        for time in [sent[0].notAfter, sent[0].notAfter + 1, sent[0].notBefore] {
            #expect(memory.recall(question, again[0], sent: again, at: time) == nil)
        }
    }

    @Test func `Purposes, orders and intermediates from elsewhere are kept apart`() throws {
        let store = authority.store()
        let leaf = try authority.leaf { $0.extendedUsages = [.client] }
        let chain = [leaf, authority.intermediate]
        #expect(!store.verify(leaf, sent: chain, at: now).isTrusted)
        #expect(store.verify(leaf, sent: chain, at: now, purpose: .client).isTrusted)
        #expect(!store.verify(leaf, sent: chain, at: now).isTrusted)
        #expect(!store.verify(leaf, sent: [leaf], at: now, purpose: .client).isTrusted)
        let helped = store.verify(
            leaf, sent: [leaf], intermediates: [authority.intermediate], at: now, purpose: .client)
        #expect(helped.isTrusted)
        #expect(!store.verify(leaf, sent: [leaf], at: now, purpose: .client).isTrusted)
        #expect(store.memory?.count == 3)
    }

    @Test func `What is asked again stays, and the rest is bounded`() throws {
        let memory = VerificationMemory(dates: [], capacity: 8)
        let kept = try authority.leaf("kept.test")
        let answer = Verification(chain: [kept], faults: [])
        let question = VerificationMemory.Question(kept, sent: [], .server)
        memory.keep(answer, to: question, kept, sent: [], at: now)
        for number in 0..<40 {
            let other = try authority.leaf("n\(number).test")
            memory.keep(
                Verification(chain: [other], faults: []), to: .init(other, sent: [], .server),
                other, sent: [], at: now)
            #expect(memory.recall(question, kept, sent: [], at: now) != nil)
            #expect(memory.count <= 8)
        }
    }

    /// Sound, out of their time, incomplete, untrusted, weak, of another purpose, in disorder.
    private func chains() throws -> [[Certificate]] {
        let middle = authority.intermediate
        let leaf = try authority.leaf()
        let own = try Authority.draft("self.test").selfSigned(with: authority.leafKey)
        let key = try PrivateKey.generate(.rsa(bits: 1024))
        let weak = try Authority.draft("weak.test").issued(
            by: authority.root, key: authority.rootKey, for: key)
        let late = try authority.leaf { $0.notAfter = now - 5 }
        let early = try authority.leaf { $0.notBefore = now + 5 }
        let client = try authority.leaf { $0.extendedUsages = [.client] }
        return [
            [leaf, middle], [leaf], [leaf, middle, authority.root], [leaf, own, middle],
            [own], [weak], [late, middle], [early, middle], [client, middle],
        ]
    }
}
