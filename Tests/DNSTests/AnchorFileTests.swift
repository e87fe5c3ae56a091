import DNS
import Testing

/// The files in which other programs keep keys.
@Suite struct AnchorFileTests {
    private static let rootKey =
        "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWX"
        + "gnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/"
        + "EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzu"
        + "DWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU="

    /// As Unbound writes its `auto-trust-anchor-file`.
    @Test func unbound() throws {
        let records = try records(
            """
            ; autotrust trust anchor file
            ;;id: . 1
            ;;last_queried: 1704067200 ;;Mon Jan  1 00:00:00 2024
            ;;last_success: 1704067200 ;;Mon Jan  1 00:00:00 2024
            ;;next_probe_time: 1704109023 ;;Mon Jan  1 11:37:03 2024
            ;;query_failed: 0
            ;;query_interval: 43200
            ;;retry_time: 8640
            .\t86400\tIN\tDNSKEY\t257 3 8 \(Self.rootKey) ;{id = 20326 (ksk), size = 2048b} \
            ;;state=2 [  VALID  ] ;;count=0 ;;lastchange=1704067200 ;;Mon Jan  1 00:00:00 2024

            """)
        #expect(records.map { $0.dnskey?.keyTag } == [20326])
        #expect(records[0].owner.isRoot)
        #expect(records[0].ttl == 86400)
    }

    /// As `dnssec-keygen` writes `K*.key`, and as `dnssec-dsfromkey` prints.
    @Test func bind() throws {
        let records = try records(
            """
            ; This is a key-signing key, keyid 55648, for example.net.
            ; Created: 20240101000000 (Mon Jan  1 00:00:00 2024)
            ; Publish: 20240101000000 (Mon Jan  1 00:00:00 2024)
            example.net. IN DNSKEY 257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYb \
            cB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==
            example.net. IN DS 55648 13 2 B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17
            """)
        #expect(records.map(\.type) == [.dnskey, .ds])
        #expect(records[0].dnskey?.keyTag == 55648)
        #expect(records[1].ds?.keyTag == 55648)
    }

    /// As `unbound-anchor` and `ldns-key2ds` write: tabs, lower case, no class or a TTL before it.
    @Test func others() throws {
        let records = try records(
            """
            . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
            .\t172800\tIN\tDS\t38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
            example.com.\t3600\tDS\t3613 ed25519 2 \
            3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b
            """)
        #expect(records.compactMap(\.ds?.keyTag) == [20326, 38696, 3613])
        #expect(records.allSatisfy { $0.ds?.digest.count == 32 })
    }
}
