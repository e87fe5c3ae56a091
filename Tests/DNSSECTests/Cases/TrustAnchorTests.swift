import DNS
import DNSSEC
import Foundation
import Testing

extension DNSSECTests {
    @Suite("Trust anchors") struct TrustAnchorTests {
        private func read(_ text: String) throws(DNSError) -> TrustAnchors {
            try TrustAnchors(text: Array(text.utf8))
        }

        /// Retyped from https://data.iana.org/root-anchors/root-anchors.xml.
        static let rootDS = """
            . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
            . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
            """

        static let rootKeys = """
            . IN DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7Hrx\
            RixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLr\
            jyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1\
            uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV7\
            4bU= ; keytag 20326
            """

        @Test func theBuiltInOnesAreIANAs() throws {
            #expect(try read(Self.rootDS) == .iana)
        }

        @Test(
            "The built-in anchors are those of Debian's dns-root-data",
            .enabled(if: FileManager.default.fileExists(atPath: "/usr/share/dns/root.ds")))
        func debian() throws {
            let file = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/dns/root.ds"))
            let anchors = try TrustAnchors(text: Array(file))
            #expect(anchors == .iana)
            let keys = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/dns/root.key"))
            #expect(
                try Set(TrustAnchors(text: Array(keys)).delegationSigners)
                    == Set(TrustAnchors.iana.delegationSigners))
        }

        @Test func theKeyOf2017HasTheDigestThatIANAPrints() throws {
            let keys = try read(Self.rootKeys)
            let first = try #require(TrustAnchors.iana.delegationSigners.first)
            #expect(keys.delegationSigners == [first])
        }

        @Test("What unbound keeps: only valid and missing keys count (RFC 5011 4.2)")
        func autoTrustAnchor() throws {
            let key = "DNSKEY 257 3 13 "
            let point = try Key(.ecdsaP256SHA256).dnskey.publicKey
            var lines = [
                "; autotrust trust anchor file", ";;id: . 1", ";;last_queried: 1700000000",
            ]
            for (index, state) in ["START", "ADDPEND", "VALID", "MISSING", "REVOKED", "REMOVED"]
                .enumerated()
            {
                let bytes = [UInt8(index)] + point.dropFirst()
                let text = Data(bytes).base64EncodedString()
                lines.append(
                    ".\t86400\tIN\t\(key)\(text) ;{id = 1 (ksk), size = 256b} ;;state=\(index) "
                        + "[ \(state) ] ;;count=0 ;;lastchange=1499999999 ;;Thu Jul 13 2017")
            }
            let anchors = try read(lines.joined(separator: "\n"))
            let kept = anchors.byZone[.root]?.map { anchor in
                if case .dnskey(let key) = anchor { key.publicKey[0] } else { 255 as UInt8 }
            }
            #expect(kept == [2, 3])
        }

        @Test func severalZonesAndForms() throws {
            let anchors = try read(
                """
                $ORIGIN test.
                ; a comment
                example 3600 IN DS 1 13 2 (
                    0000000000000000000000000000000000000000000000000000000000000000 ) ; two lines
                \(Self.rootDS)
                Example DS 2 13 4 \(String(repeating: "ab", count: 48))

                """)
            #expect(try Set(anchors.byZone.keys) == [.root, name("example.test")])
            #expect(try anchors.byZone[name("EXAMPLE.test")]?.count == 2)
        }

        @Test func revokedKeysAreLeftOut() throws {
            let point = Data(try Key(.ecdsaP256SHA256).dnskey.publicKey).base64EncodedString()
            let anchors = try read(
                ". DNSKEY 385 3 13 \(point)\ntest. DNSKEY 257 3 13 \(point)")
            #expect(try Array(anchors.byZone.keys) == [name("test")])
        }

        @Test(
            "A bad file is told in one sentence",
            arguments: [
                ("", "it holds no DS or DNSKEY record to trust"),
                ("; only words\n\n", "it holds no DS or DNSKEY record to trust"),
                (". DNSKEY 385 3 13 AAAA", "it holds no DS or DNSKEY record to trust"),
                (
                    ". IN NS a.root-servers.net.",
                    "line 1: a record of . is of class IN and type NS, and only DS and DNSKEY of class IN are trust anchors"
                ),
                (
                    "test. CH DS 1 13 2 \(String(repeating: "00", count: 32))",
                    "line 1: a record of test. is of class CH and type DS, and only DS and DNSKEY of class IN are trust anchors"
                ),
                (
                    "test. CDS 1 13 2 \(String(repeating: "00", count: 32))",
                    "line 1: a record of test. is of class IN and type CDS, and only DS and DNSKEY of class IN are trust anchors"
                ),
                (
                    "; the root's\n\n. IN DS 20326 8 2 (\n E06D44B8 )",
                    "line 3: the DS of . with key tag 20326 has 4 bytes of digest, which SHA-256 has not"
                ),
                (
                    ". IN DNSKEY 1 3 13 AAAA",
                    "line 1: the DNSKEY of . with key tag 782 is no zone key (flags 1, protocol 3)"
                ),
                (
                    "\n. IN DS 20326 8 2 XYZ", "line 2: the digest is not hexadecimal"
                ),
                (
                    ". IN DS 70000 8 2 00",
                    "line 1: the key tag \"70000\" is not a number of 0 to 65535"
                ),
                (". IN DNSKEY 257 3 8 A", "line 1: the key is not base 64"),
                ("\n\n. IN DNSKEY 257 3 8 ( AAAA", "line 3: a parenthesis is not closed"),
                ("<?xml version=\"1.0\"?>", "line 1: \"version=\"1.0\"?>\" is not a record type"),
            ])
        func bad(_ text: String, _ sentence: String) throws {
            let error = #expect(throws: DNSError.self) { try read(text) }
            #expect(error?.description == sentence)
        }
    }
}

extension TrustAnchors {
    /// The root's anchors as DS records.
    fileprivate var delegationSigners: [DS] {
        (byZone[.root] ?? []).compactMap { anchor in
            switch anchor {
            case .ds(let ds): ds
            case .dnskey(let key): DS(of: key, zone: .root, digestType: .sha256)
            }
        }
    }
}
