import DNS
@testable import DNSSEC
import Testing

extension DNSSECTests {
    @Suite("Signatures and digests of other RFCs") struct SignatureVectorTests {
        /// An RFC's key, data and signature, and the DS where it gives one.
        struct Vector: Sendable, CustomTestStringConvertible {
            let section: String
            let keyTag: UInt16
            let text: String
            var testDescription: String { section }
        }

        static let vectors = [
            Vector(
                section: "RFC 5702 6.1, RSASHA256", keyTag: 9033,
                text: """
                    example.net. 3600 DNSKEY 256 3 8 (
                        AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Q
                        s8PkxUdp6p/DlUmObdk= )
                    www.example.net. 3600 A 192.0.2.91
                    www.example.net. 3600 RRSIG A 8 3 3600 20300101000000 20000101000000 9033 (
                        example.net. kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz8
                        5mwlMgNEacFYK/lPtPiVYP4bwg== )
                    """),
            Vector(
                section: "RFC 5702 6.2, RSASHA512", keyTag: 3740,
                text: """
                    example.net. 3600 DNSKEY 256 3 10 (
                        AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/Ay
                        hqFDxj13tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWX
                        jDtaR7ZQBlZ3PFY12ZTSncorffcGmhOL )
                    www.example.net. 3600 A 192.0.2.91
                    www.example.net. 3600 RRSIG A 10 3 3600 20300101000000 20000101000000 3740 (
                        example.net. tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd
                        0xDtsuJRaeUw1ep94PzEWzr0iGYgZBWm/zpq+9fOuagYJRfDqfReKBzMweOLDiNa8iP5g9vM
                        hpuv6OPlvpXwm9Sa9ZXIbNl1MBGk0fthPgxdDLw= )
                    """),
            Vector(
                section: "RFC 6605 6.1, ECDSAP256SHA256", keyTag: 55648,
                text: """
                    example.net. 3600 DNSKEY 257 3 13 (
                        GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+
                        Wi9xMWyQLc8NAA== )
                    example.net. 3600 DS 55648 13 2 (
                        b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17 )
                    www.example.net. 3600 A 192.0.2.1
                    www.example.net. 3600 RRSIG A 13 3 3600 20100909100439 20100812100439 55648 (
                        example.net. qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7t
                        ZoLBLlUzGGus7ZwmwWep666VCw== )
                    """),
            Vector(
                section: "RFC 6605 6.2, ECDSAP384SHA384", keyTag: 10771,
                text: """
                    example.net. 3600 DNSKEY 257 3 14 (
                        xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X
                        1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40 )
                    example.net. 3600 DS 10771 14 4 (
                        72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0
                        563a9b5f4d288405c3008a946df983d6 )
                    www.example.net. 3600 A 192.0.2.1
                    www.example.net. 3600 RRSIG A 14 3 3600 20100909102025 20100812102025 10771 (
                        example.net. /L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOv
                        zFaxsT8Glr74hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm )
                    """),
            Vector(
                section: "RFC 8080 6.1 with erratum 4935, ED25519", keyTag: 3613,
                text: """
                    example.com. 3600 DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=
                    example.com. 3600 DS 3613 15 2 (
                        3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b )
                    example.com. 3600 MX 10 mail.example.com.
                    example.com. 3600 RRSIG MX 15 2 3600 1440021600 1438207200 3613 example.com. (
                        oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9
                        VrbpMngwcrqNAg== )
                    """),
            Vector(
                section: "RFC 8080 6.1 with erratum 4935, ED25519, the second", keyTag: 35217,
                text: """
                    example.com. 3600 DNSKEY 257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=
                    example.com. 3600 DS 35217 15 2 (
                        401781b934e392de492ec77ae2e15d70f6575a1c0bc59c5275c04ebe80c6614c )
                    example.com. 3600 MX 10 mail.example.com.
                    example.com. 3600 RRSIG MX 15 2 3600 1440021600 1438207200 35217 example.com. (
                        zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQ
                        R0O7KuI5k2pcBg== )
                    """),
            Vector(
                section: "RFC 8080 6.2 with erratum 4935, ED448", keyTag: 9713,
                text: """
                    example.com. 3600 DNSKEY 257 3 16 (
                        3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDp
                        JtIA )
                    example.com. 3600 DS 9713 16 2 (
                        6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7 )
                    example.com. 3600 MX 10 mail.example.com.
                    example.com. 3600 RRSIG MX 16 2 3600 1440021600 1438207200 9713 example.com. (
                        3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKi
                        wZSAxGILn/NBtOXft0+Gj7FSvOKxE/07+4RQvE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213
                        WKsJlwEA )
                    """),
        ]

        @Test(arguments: vectors)
        func verifies(_ vector: Vector) throws {
            let records = try ZoneText.records(vector.text.utf8)
            let keyRecord = try #require(records.first { $0.type == .dnskey })
            let key = try VerificationKey(#require(keyRecord.dnskey))
            #expect(key.keyTag == vector.keyTag)
            let data = try #require(records.first { [.a, .mx].contains($0.type) })
            let rrset = try #require(RRset(owner: data.owner, type: data.type, in: records))
            let signature = try #require(rrset.signatures.first)
            for time in [signature.inception, signature.expiration] {
                let check = SignatureCheck(zone: keyRecord.owner, keys: [key], now: Int64(time))
                #expect(try check(rrset, Work(WorkLimits())) == signature)
            }
            for ds in records.compactMap(\.ds) {
                #expect(ds.matches(key.dnskey, of: keyRecord.owner))
                #expect(
                    ds == DS(of: key.dnskey, zone: keyRecord.owner, digestType: ds.digestType))
            }
        }

        @Test("A signature that held before holds again, and nothing else does", arguments: vectors)
        func remembers(_ vector: Vector) throws {
            let records = try ZoneText.records(vector.text.utf8)
            let key = try VerificationKey(
                #require(records.first { $0.type == .dnskey }?.dnskey))
            let data = try #require(records.first { [.a, .mx].contains($0.type) })
            let rrset = try #require(RRset(owner: data.owner, type: data.type, in: records))
            let signature = try #require(rrset.signatures.first)
            let signed = CanonicalForm.signedData(rrset, by: signature)
            #expect(!key.verifies(signature.signature, of: signed + [0]))
            for _ in 0..<2 { #expect(key.verifies(signature.signature, of: signed)) }
            #expect(!key.verifies(signature.signature, of: signed + [0]))
            // The same bytes with the seam elsewhere.
            let (head, tail) = (signature.signature.dropLast(), signature.signature.suffix(1))
            #expect(!key.verifies(Array(head), of: tail + signed))
            var other = signature.signature
            other[0] ^= 1
            #expect(!key.verifies(other, of: signed))
            // Nor does another key remember.
            var foreign = key.dnskey
            foreign.publicKey[foreign.publicKey.count - 1] ^= 1
            #expect(!VerificationKey(foreign).verifies(signature.signature, of: signed))
        }

        @Test("RFC 4034 5.4: a key's tag and its DS")
        func delegationSigner() throws {
            let records = try ZoneText.records(
                """
                dskey.example.com. 86400 IN DNSKEY 256 3 5 (
                    AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZ
                    DRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9Xzc
                    nOf+EPbtG9DMBmADjFDc2w/rljwvFw== ) ; key id = 60485
                dskey.example.com. 86400 IN DS 60485 5 1 (
                    2BB183AF5F22588179A53B0A98631FAD1A292118 )
                """.utf8)
            let key = try #require(records[0].dnskey)
            let ds = try #require(records[1].ds)
            #expect(key.keyTag == 60485)
            #expect(ds.matches(key, of: records[0].owner))
            #expect(try ds.matches(key, of: name("DSKEY.example.COM")))
            #expect(try !ds.matches(key, of: name("other.example.com")))
        }
    }
}
