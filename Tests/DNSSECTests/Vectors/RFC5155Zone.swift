/// Records of the zone `example.` of RFC 5155 appendix A, as the answers of appendix B bring them.
enum RFC5155Zone {
    /// The DNSKEY RRset, signed by its key-signing key.
    static let keys = """
        example. 3600 DNSKEY 256 3 7 (
            AwEAAaetidLzsKWUt4swWR8yu0wPHPiUi8LUsAD0QPWU+wzt89epO6tHzkMBVDkC7qphQO2h
            TY4hHn9npWFRw5BYubE= )
        example. 3600 DNSKEY 257 3 7 (
            AwEAAcUlFV1vhmqx6NSOUOq2R/dsR7Xm3upJj7IommWSpJABVfW8Q0rOvXdM6kzt+TAu92L9
            AbsUdblMFin8CVF3n4s= )
        example. 3600 RRSIG DNSKEY 7 1 3600 20150420235959 (
            20051021000000 12708 example.
            AuU4juU9RaxescSmStrQks3Gh9FblGBlVU31uzMZ/U/FpsUb8aC6QZS+sTsJXnLnz7flGOsm
            MGQZf3bH+QsCtg== )
        """

    /// The SOA RRset.
    static let soa = """
        example. 3600 SOA ns1.example. bugs.x.w.example. 1 3600 300 3600000 3600
        example. 3600 RRSIG SOA 7 1 3600 20150420235959 (
            20051021000000 40430 example.
            Hu25UIyNPmvPIVBrldN+9Mlp9Zql39qaUd8iq4ZLlYWfUUbbAS41pG+68z81q1xhkYAcEyHd
            VI2LmKusbZsT0Q== )
        """

    /// Matches example, covers c.x.w (B.1) and c (B.3).
    static let apex = """
        0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 NSEC3 1 1 12 aabbccdd (
            2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA MX RRSIG DNSKEY NSEC3PARAM )
        0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 (
            20051021000000 40430 example.
            OSgWSm26B+cS+dDL8b5QrWr/dEWhtCsKlwKLIBHYH6blRxK9rC0bMJPwQ4mLIuw85H2EY762
            BOCXJZMnpuwhpA== )
        """

    /// Matches x.w, the closest encloser (B.1).
    static let xw = """
        b4um86eghhds6nea196smvmlo4ors995.example. 3600 NSEC3 1 1 12 aabbccdd (
            gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG )
        b4um86eghhds6nea196smvmlo4ors995.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 (
            20051021000000 40430 example.
            ZkPG3M32lmoHM6pa3D6gZFGB/rhL//Bs3Omh5u4m/CUiwtblEVOaAKKZd7S959OeiX43aLX3
            pOv0TSTyiTxIZg== )
        """

    /// Matches a, covers *.x.w (B.1, B.3).
    static let a = """
        35mthgpgcu1qg68fab165klnsnk3dpvl.example. 3600 NSEC3 1 1 12 aabbccdd (
            b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG )
        35mthgpgcu1qg68fab165klnsnk3dpvl.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 (
            20051021000000 40430 example.
            g6jPUUpduAJKRljUsN8gB4UagAX0NxY9shwQAynzo8EUWH+z6hEIBlUTPGj15eZll6VhQqgZ
            XtAIR3chwgW+SA== )
        """

    /// Matches ns1 (B.2).
    static let ns1 = """
        2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 NSEC3 1 1 12 aabbccdd (
            2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG )
        2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 (
            20051021000000 40430 example.
            OmBvJ1Vgg1hCKMXHFiNeIYHK9XVW0iLDLwJN4TFoNxZuP03gAXEI634YwOc4YBNITrj413iq
            NI6mRk/r1dOSUw== )
        """

    /// Matches the empty non-terminal y.w (B.2.1).
    static let yw = """
        ji6neoaepv8b5o6k4ev33abha8ht9fgc.example. 3600 NSEC3 1 1 12 aabbccdd (
            k8udemvp1j2f7eg6jebps17vp3n8i58h )
        ji6neoaepv8b5o6k4ev33abha8ht9fgc.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 (
            20051021000000 40430 example.
            gPkFp1s2QDQ6wQzcg1uSebZ61W33rUBDcTj72F3kQ490fEdp7k1BUIfbcZtPbX3YCpE+sIt0
            MpzVSKfTwx4uYA== )
        """

    /// MX of a.z.w, made from *.w (B.4).
    static let expansion = """
        a.z.w.example. 3600 MX 1 ai.example.
        a.z.w.example. 3600 RRSIG MX 7 2 3600 20150420235959 (
            20051021000000 40430 example.
            CikebjQwGQPwijVcxgcZcSJKtfynugtlBiKb9FcBTrmOoyQ4InoWVudhCWsh/URX3lc4WRUM
            ivEBP6+4KS3ldA== )
        """

    /// Matches ns2, covers z.w (B.4, B.5).
    static let ns2 = """
        q04jkcevqvmu85r014c7dkba38o0ji5r.example. 3600 NSEC3 1 1 12 aabbccdd (
            r53bq7cc2uvmubfu5ocmm6pers9tk9en A RRSIG )
        q04jkcevqvmu85r014c7dkba38o0ji5r.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 (
            20051021000000 40430 example.
            hV5I89b+4FHJDATp09g4bbN0R1F845CaXpL3ZxlMKimoPAyqletMlEWwLfFia7sdpSzn+ZlN
            NlkxWcLsIlMmUg== )
        """

    /// Matches w, the closest encloser (B.5).
    static let w = """
        k8udemvp1j2f7eg6jebps17vp3n8i58h.example. 3600 NSEC3 1 1 12 aabbccdd (
            kohar7mbb8dc2ce8a9qvl8hon4k53uhi )
        k8udemvp1j2f7eg6jebps17vp3n8i58h.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 (
            20051021000000 40430 example.
            FtXGbvF0+wf8iWkyo73enAuVx03klN+pILBKS6qCcftVtfH4yVzsEZquJ27NHR7ruxJWDNMt
            Otx7w9WfcIg62A== )
        """

    /// Matches *.w (B.5).
    static let wildcard = """
        r53bq7cc2uvmubfu5ocmm6pers9tk9en.example. 3600 NSEC3 1 1 12 aabbccdd (
            t644ebqk9bibcna874givr6joj62mlhv MX RRSIG )
        r53bq7cc2uvmubfu5ocmm6pers9tk9en.example. 3600 RRSIG NSEC3 7 2 3600 20150420235959 (
            20051021000000 40430 example.
            aupviViruXs4bDg9rCbezzBMf9h1ZlDvbW/CZFKulIGXXLj8B/fsDJarXVDA9bnUoRhEbKp+
            HF1FWKW7RIJdtQ== )
        """
}
