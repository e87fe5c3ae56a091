/// A zone with every type that the module reads, in the forms that master files use (RFC 1035 5).
/// BIND and ldns read it too.
let sampleZone = ##"""
    $ORIGIN example.
    $TTL 1h
    @   IN SOA ns1 Host\.Master.example. (
            2024010101  ; serial; (with a parenthesis in a comment
            2h 30m      ; refresh and retry
            2w1d        ; expire
            300 )       ; minimum
        NS  ns1
        NS  ns2.example.
        600 MX 10 Mail
        IN 600 MX 20 mail2.example.net.
        800 IN TXT "v=spf1 -all" "semi;colon (and parenthesis)" plain "\"quoted\" \\ \000\255"
        800 TXT ( "over"
              "lines" ) ; and a comment
        CAA 0 issue "ca1.example.net; policy=ev"
        CAA 128 tbs "Unknown"
        CAA 0 iodef "mailto:security@example.com"
        DNSKEY 257 3 13 ( GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edb
            krSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA== ) ; key id = 55648
        RRSIG SOA 13 1 3600 20300101000000 20200101000000 55648 example. (
            qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw== )
        NSEC3PARAM 1 0 0 -
        TYPE65280 \# 5 0102 03 0405
        HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.80 ech=AEX+DQA= ipv6hint=2001:db8::80
    ns1 A   192.0.2.1
        AAAA 2001:0db8:0:0::1
    ns2 A   192.0.2.2
    mail A  192.0.2.3
        AAAA ::ffff:192.0.2.3
    www CNAME @
    d   DNAME target.example.net.
    4.3.2.1 PTR host.example.net.
    _443._tcp.www2 TLSA 3 1 1 d2abde240d7cd3ee6b4b28c54df034b9 7983a1d16e8a410e4561cb106618e971
    _sip._udp SRV 0 5 5060 sip.example.net.
    _dns SVCB 2 doh.example.net. mandatory=port,alpn alpn=h2 port=8443 key667="hello\210qoo"
    _esc SVCB 16 foo.example.org. alpn="f\\\\oo\\,bar,h2"
    *.wild TXT "wildcard"
    sub NS  ns.sub
        DS  60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118
        DS  60485 RSASHA1 2 ( D4B7D520E7BB5F0F67674A0C
            CEB1E3E0614B93C4F9E99B83 83F6A1E4469DA50A )
        NSEC www A NS DS RRSIG NSEC TYPE1234
    ns.sub A 192.0.2.4
    0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 1 0 aabbccdd (
        2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG )
    cds CDS 0 0 0 00
    cds CDNSKEY 0 3 0 AA==
    """##
