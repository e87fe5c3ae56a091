import DNS
@testable import DNSSEC
import OpenSSL
import Testing

extension DNSSECTests {
    /// CVE-2023-50387, CVE-2023-50868 and their kin: what a zone may make a validator do.
    @Suite("The cost of hostile zones") struct KeyTrapTests {
        private func validate(_ tree: Tree, _ owner: String, _ type: RecordType = .a) async throws
            -> Validation
        {
            let clock = ContinuousClock()
            let start = clock.now
            let result = try await tree.validate(owner, type)
            #expect(clock.now - start < .seconds(10))
            return result
        }

        private func spoiled(_ record: Record, at index: Int, by bits: UInt8) -> Record {
            guard var signature = record.rrsig else { return record }
            signature.signature[index] ^= bits
            return Record(
                owner: record.owner, type: .rrsig, ttl: record.ttl, data: .rrsig(signature))
        }

        /// Keys with one tag: the modulus' 16-bit words in another order, the sum being the same.
        private func colliding(with key: Key, _ count: Int) -> [DNSKEY] {
            (1...count).map { index in
                var twin = key.dnskey
                let (one, other) = (20 + 2 * (index / 40), 24 + 2 * (index % 40))
                for offset in 0...1 {
                    twin.publicKey.swapAt(one + offset, other + offset + 2 * (index / 40))
                }
                return twin
            }.filter { $0.keyTag == key.dnskey.keyTag && $0 != key.dnskey }
        }

        /// A zone whose keys collide in great number, the signing one standing last.
        private func collision(_ count: Int) throws -> (Tree, Key, [DNSKEY]) {
            let (first, trap) = try (Key(.ecdsaP256SHA256), Key(.rsaSHA256, flags: 256))
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "www A 192.0.2.1", keys: [first, trap]),
            ])
            let twins = Array(Set(colliding(with: trap, count)))
            try tree.change("test") { zone in
                let records = twins.map {
                    Record(owner: zone.apex, type: .dnskey, ttl: 3600, data: .dnskey($0))
                }
                let key = try #require(zone.keys.first)
                zone.nodes[zone.apex]?.insert(contentsOf: records, at: 0)
                try zone.resign(zone.apex, .dnskey, by: key, Key.Fields())
            }
            return (tree, trap, twins)
        }

        @Test func keysWithOneTag() async throws {
            let (tree, _, twins) = try collision(100)
            #expect(twins.count > 50)
            try await expect(
                validate(tree, "www.test"), .indeterminate, in: "test", saying: "keys share the tag"
            )
        }

        @Test func keysWithOneTagTimesSignatures() async throws {
            var (tree, trap, _) = try collision(100)
            try tree.change("test") { zone in
                let owner = try name("www.test")
                let rrset = try #require(zone.rrset(owner, .a))
                for index in 0..<300 {
                    let record = try trap.sign(
                        rrset, as: zone.apex, Key.Fields(originalTTL: UInt32(index)))
                    zone.nodes[owner]?.append(spoiled(record, at: 10, by: 1))
                }
            }
            let work = WorkLimits().signatures
            try await expect(
                validate(tree, "www.test"), .indeterminate, in: "test",
                saying: "more than \(work) signature verifications would be needed")
        }

        @Test func aKeyWithinTheLimitIsFound() async throws {
            let (tree, _, _) = try collision(2)
            try await expect(validate(tree, "www.test"), nil)
        }

        @Test func digestsWithOneTag() async throws {
            let key = try Key(.rsaSHA256)
            var tree = try Tree([ZoneSpec("."), ZoneSpec("test", "www A 192.0.2.1", keys: [key])])
            let twins = Set(colliding(with: key, 200))
            let apex = try name("test")
            tree.edit { question, message in
                guard question == Question(apex, .dnskey) else { return }
                message.answers.removeAll { $0.dnskey == key.dnskey }
                message.answers += twins.map {
                    Record(owner: apex, type: .dnskey, ttl: 3600, data: .dnskey($0))
                }
            }
            try await expect(
                validate(tree, "www.test"), .indeterminate, in: "test", saying: "share the tag")
            // Many DS for the few keys that are tried.
            try tree.change(".") { zone in
                for index in 0..<500 {
                    let digest = Digest.sha384([UInt8(index & 255), UInt8(index >> 8)])
                    let ds = DS(
                        keyTag: key.dnskey.keyTag, algorithm: .rsaSHA256, digestType: .sha384,
                        digest: digest)
                    zone.nodes[apex]?.append(
                        Record(owner: apex, type: .ds, ttl: 3600, data: .ds(ds)))
                }
                try zone.resign(apex, .ds, Key.Fields())
            }
            try await expect(
                validate(tree, "www.test"), .indeterminate, in: "test",
                saying: "more than \(WorkLimits().digests) DS digests")
        }

        @Test func hashesOfADeepName() async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", denial: .nsec3(iterations: 150)),
            ])
            // 120 labels cost a hash each, several times over.
            let deep = String(repeating: "a.", count: 120) + "test"
            let result = try await validate(tree, deep)
            try expect(result, nil)
            var few = try tree.validator()
            few.limits.hashes = 100
            try await expect(
                few.validate(Question(name(deep), .a), at: now), .indeterminate, in: "test",
                saying: "more than 100 NSEC3 hashes")
        }

        @Test func hashesOfExpandedWildcards() async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "*.w1 TXT x", denial: .nsec3(iterations: 2000)),
            ])
            try await expect(validate(tree, "a.w1.test", .txt), .algorithmUnsupported, in: "test")
        }

        @Test("Only a few NSEC3 RRsets are looked at")
        func floods() async throws {
            var tree = try Tree([ZoneSpec("."), ZoneSpec("test", denial: .nsec3())])
            let zone = try tree["test"]
            let flood = (0..<1000).flatMap { index in
                let hash = Digest.sha1([UInt8(index & 255), UInt8(index >> 8)])
                return zone.nsec3[0].records.map {
                    Record(
                        owner: zone.apex.child(NSEC3.label(hash)) ?? zone.apex, type: $0.type,
                        ttl: $0.ttl, data: $0.data)
                }
            }
            tree.edit { question, message in
                if question.name.isBelow(zone.apex) { message.authorities = flood }
            }
            try await expect(validate(tree, "no.test"), .signatureInvalid, in: "test")
        }

        @Test func questionsAreCounted() async throws {
            let deep = String(repeating: "a.", count: 120) + "test"
            // Labels that are all there, and no signature to say where the zone is.
            var tree = try Tree([ZoneSpec("."), ZoneSpec("test")])
            let owner = try name(deep)
            let zone = try tree["test"]
            let key = try #require(zone.keys.first)
            tree.edit { question, message in
                guard question.name.isBelow(zone.apex) else { return }
                (message.answers, message.authorities) = ([], [])
                message.responseCode = .noError
                if question == Question(owner, .a) {
                    message.answers = (try? ZoneText.records("\(deep). A 192.0.2.1".utf8)) ?? []
                    return
                }
                let nsec = Record(
                    owner: question.name, type: .nsec, ttl: 300,
                    data: .nsec(
                        NSEC(nextName: zone.apex, types: TypeBitmap([.txt, .nsec, .rrsig]))))
                guard let rrset = RRset(owner: nsec.owner, type: .nsec, in: [nsec]),
                    let signature = try? key.sign(rrset, as: zone.apex)
                else { return }
                message.authorities = [nsec, signature]
            }
            let result = try await validate(tree, deep)
            try expect(
                result, .indeterminate, saying: "more than \(WorkLimits().fetches) questions")
            #expect(tree.asked.all.count == WorkLimits().fetches)
        }

        @Test("A zone that is many zones is asked for no more than the limit")
        func zonesWithoutEnd() async throws {
            let specs =
                try [ZoneSpec(".")]
                + (1...50).map { depth in
                    ZoneSpec(
                        String(repeating: "z.", count: depth), depth == 50 ? "www A 192.0.2.1" : "",
                        keys: [try Key(.ecdsaP256SHA256)])
                }
            let tree = try Tree(specs)
            let result = try await validate(tree, "www." + String(repeating: "z.", count: 50))
            try expect(result, .indeterminate, saying: "more than 34 zone cuts")
            #expect(tree.asked.all.count <= WorkLimits().fetches)
        }

        @Test("Signatures beyond number over one RRset")
        func signatures() async throws {
            var tree = try Tree.plain()
            let owner = try name("www.example.test")
            let whole = try tree["example.test"].signed(owner, .a)
            let good = try #require(whole.last)
            let bad = (0..<500).map { spoiled(good, at: $0 % 64, by: UInt8(1 + $0 / 64)) }
            try tree.change("example.test") { $0.nodes[owner] = whole.dropLast() + bad }
            let result = try await validate(tree, "www.example.test")
            try expect(
                result, .indeterminate, in: "example.test", saying: "signature verifications")
        }
    }
}
