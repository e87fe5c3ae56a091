enum Samples {
    /// Every key with a value that is not its default.
    static let full = """
        # a comment
        modules:
          full:
            timeout: 1m30.5s
            resolvers: [root, 'tls://dns.example@192.0.2.53:853']
            authoritative: false
            dns_port: 5353
            root_hints: /etc/named.root
            dnssec: {mode: require, trust_anchors: anchors.txt,
                     insecure_zones: [corp.example, 10.in-addr.arpa]}
            ports:
              - 443
              - {port: 993, optional: true}
              - port: 25
                protocol: smtp
              - 5269/xmpp-server
            expand: mx
            tls: {ca_file: ca.pem, intermediates_file: inter.pem, server_name: www.example.com,
                  tlsa: false, legacy_scan: true, both_key_types: true, fetch_ocsp: true,
                  fetch_crl: true, fetch_aia: true}
            mail: {dkim_selectors: [s1, s2]}
            expect: {cname: edge.example.net, addresses: [192.0.2.7, "2001:db8::7"],
                     issuer: Let's Encrypt, mx: [mx1.example.com], txt: [v=spf1 -all]}
            addresses: {allow: &nets [192.0.2.0/24], deny: [10.0.0.0/8, "fc00::/7"]}
          other: {addresses: {allow: *nets}}
        targets:
          - {target: example.com, module: full, labels: {team: web, tier: 1}}
          - target: "smtp://münchen.example:25"
        target_files: ["targets/*.yaml"]
        watch: true
        limits: {concurrent_probes: 16, targets: ['*.example.com', .example.org]}

        """

    /// Text that YAML would take for something else if it were written carelessly.
    static let strange = #"""
        modules:
          "a: b # c": {root_hints: "true", tls: {ca_file: "- x", server_name: "null"}}
          'it''s "so" \': {mail: {dkim_selectors: ["1", "~", "a, b", "[x]", "{y}", "&z", "*z"]}}
          "\u2028\ufeff\U0001F600\u0301": {expect: {issuer: "ü\u00a0\u2029\uffff", txt: [" ", "a "]}}
          many: {expect: {txt: [a, b, c, d, e, f, g, h, i, j, "%k", "@l", "`m", "! n", "yes", ":"]}}
        targets:
          - {target: "x: y", module: "a: b # c", labels: {y: "no", null: "#", on: "\\"}}
        target_files: ["/etc/*/[a-z]?.yaml"]

        """#
}
