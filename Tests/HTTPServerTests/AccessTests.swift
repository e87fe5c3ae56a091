import Testing

@testable import HTTPServer

@Suite struct AccessTests {
    /// RFC 4648 10, and what is none.
    @Test(
        arguments: [
            ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
            ("Zm9vYmFy", "foobar"),
            ("", nil), ("Zg=", nil), ("Zg", nil), ("Z===", nil), ("Zm9v!===", nil), ("=Zm9", nil),
            ("Zm=v", nil),
        ] as [(String, String?)])
    func base64(_ text: String, _ expected: String?) {
        #expect(Base64.decode(text).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test func credentials() throws {
        let found = try #require(BasicAuthentication.credentials("basic  YTpiOmM="))
        #expect(found.user == "a" && found.password == Array("b:c".utf8))
        for wrong in ["", "Basic", "Basic YWI=", "Basic YQA6Yg==", "Bearer YTpi", "Basic %%%%"] {
            #expect(BasicAuthentication.credentials(wrong) == nil, "\(wrong)")
        }
    }

    @Test func tokensComeBackWithTime() {
        let bucket = TokenBucket(interval: .seconds(1), burst: 2)
        let start = ContinuousClock.now
        let taken = [0, 0, 0, 0.9, 1.1, 1.2, 60, 60, 60].map {
            bucket.take(at: start + .seconds($0))
        }
        #expect(taken == [true, true, false, false, true, false, true, true, false])
    }

    /// Both kinds of hash, and the same answer when it is remembered.
    @Test(arguments: [
        "$2y$05$zQ6dUUbw5OuqNQufRCWNMeD4ksk5yzyHPLzEB/ar3HfO2Dxx.5yUi",
        "$2b$05$zQ6dUUbw5OuqNQufRCWNMeD4ksk5yzyHPLzEB/ar3HfO2Dxx.5yUi",
    ])
    func passwords(_ hash: String) async {
        let authentication = BasicAuthentication(users: ["a": hash])
        let (right, wrong, stranger) = ("YTpzZWNyZXQ=", "YTpzZWNyZXQx", "YjpzZWNyZXQ=")
        for _ in 0..<3 {
            #expect(await authentication("Basic " + right) == .admitted)
            #expect(await authentication("Basic " + wrong) == .refused)
            #expect(await authentication("Basic " + stranger) == .refused)
            #expect(await authentication(nil) == .refused)
        }
    }

    /// Many passwords at once: one hash at a time, and the rest is turned away, not the machine.
    @Test func crowdsAreTurnedAway() async {
        let hash = "$2y$05$zQ6dUUbw5OuqNQufRCWNMeD4ksk5yzyHPLzEB/ar3HfO2Dxx.5yUi"
        let authentication = BasicAuthentication(users: ["a": hash])
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        let verdicts = await withTaskGroup(of: BasicAuthentication.Verdict.self) { group in
            for first in letters {
                for second in letters.prefix(8) {
                    group.addTask { await authentication("Basic YTpz\(first)\(second)\(first)=") }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(!verdicts.contains(.admitted))
        #expect(verdicts.contains(.busy) && verdicts.contains(.refused))
        #expect(await authentication("Basic YTpzZWNyZXQ=") == .admitted)
    }
}
