/// Records of the zone `example.` of RFC 4035 appendix A, as the answers of appendix B bring them.
enum RFC4035Zone {
    /// The DNSKEY RRset, signed by both of its keys.
    static let keys = """
        example. 3600 DNSKEY 256 3 5 (
            AQOy1bZVvpPqhg4j7EJoM9rI3ZmyEx2OzDBVrZy/lvI5CQePxXHZS4i8dANH4DX3tbHol61e
            k8EFMcsGXxKciJFHyhl94C+NwILQdzsUlSFovBZsyl/NX6yEbtw/xN9ZNcrbYvgjjZ/UVPZI
            ySFNsgEYvh0z2542lzMKR4Dh8uZffQ== )
        example. 3600 DNSKEY 257 3 5 (
            AQOeX7+baTmvpVHb2CcLnL1dMRWbuscRvHXlLnXwDzvqp4tZVKp1sZMepFb8MvxhhW3y/0QZ
            syCjczGJ1qk8vJe52iOhInKROVLRwxGpMfzPRLMlGybr51bOV/1se0ODacj3DomyB4QB5gKT
            Yot/K9alk5/j8vfd4jWCWD+E1Sze0Q== )
        example. 3600 RRSIG DNSKEY 5 1 3600 20040509183619 (
            20040409183619 9465 example.
            ZxgauAuIj+k1YoVEOSlZfx41fcmKzTFHoweZxYnz99JVQZJ33wFS0Q0jcP7VXKkaElXk9nYJ
            XevO/7nAbo88iWsMkSpSR6jWzYYKwfrBI/L9hjYmyVO9m6FjQ7uwM4dCP/bIuV/DKqOAK9NY
            NC3AHfvCV1Tp4VKDqxqG7R5tTVM= )
        example. 3600 RRSIG DNSKEY 5 1 3600 20040509183619 (
            20040409183619 38519 example.
            eGL0s90glUqcOmloo/2y+bSzyEfKVOQViD9ZDNhLz/Yn9CQZlDVRJffACQDAUhXpU/oP34ri
            bKBpysRXosczFrKqS5Oa0bzMOfXCXup9qHApeFIku28Vqfr8Nt7cigZLxjK+u0Ws/4lIRjKk
            7z5OXogYVaFzHKillDt3HRxHIZM= )
        """

    /// The SOA RRset.
    static let soa = """
        example. 3600 SOA ns1.example. bugs.x.w.example. 1081539377 3600 300 3600000 3600
        example. 3600 RRSIG SOA 5 1 3600 20040509183619 (
            20040409183619 38519 example.
            ONx0k36rcjaxYtcNgq6iQnpNV5+drqYAsC9h7TSJaHCqbhE67Sr6aH2xDUGcqQWu/n0UVzrF
            vkgO9ebarZ0GWDKcuwlM6eNB5SiX2K74l5LWDA7S/Un/IbtDq4Ay8NMNLQI7Dw7n4p8/rjkB
            jV7j86HyQgM5e7+miRAz8V01b0I= )
        """

    /// The apex's NS RRset.
    static let ns = """
        example. 3600 NS ns1.example.
        example. 3600 NS ns2.example.
        example. 3600 RRSIG NS 5 1 3600 20040509183619 (
            20040409183619 38519 example.
            gl13F00f2U0R+SWiXXLHwsMY+qStYy5k6zfdEuivWc+wd1fmbNCyql0Tk7lHTX6UOxc8AgNf
            4ISFve8XqF4q+o9qlnqIzmppU3LiNeKT4FZ8RO5urFOvoMRTbQxW3U0hXWuggE4g3ZpsHv48
            0HjMeRaZB/FRPGfJPajngcq6Kwg= )
        """

    /// The apex's MX RRset.
    static let apexMX = """
        example. 3600 MX 1 xx.example.
        example. 3600 RRSIG MX 5 1 3600 20040509183619 (
            20040409183619 38519 example.
            HyDHYVT5KHSZ7HtO/vypumPmSZQrcOP3tzWB2qaKkHVPfau/DgLgS/IKENkYOGL95G4N+NzE
            VyNU8dcTOckT+ChPcGeVjguQ7a3Ao9Z/ZkUO6gmmUW4b89rz1PUxW4jzUxj66PTwoVtUU/iM
            W6OISukd1EQt7a0kygkg+PEDxdI= )
        """

    /// The apex's NSEC.
    static let apexNSEC = """
        example. 3600 NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY
        example. 3600 RRSIG NSEC 5 1 3600 20040509183619 (
            20040409183619 38519 example.
            O0k558jHhyrC97ISHnislm4kLMW48C7U7cBmFTfhke5iVqNRVTB1STLMpgpbDIC9hcryoO0V
            Z9ME5xPzUEhbvGnHd5sfzgFVeGxr5Nyyq4tWSDBgIBiLQUv1ivy29vhXy7WgR62dPrZ0PWvm
            jfFJ5arXf4nPxp/kEowGgBRzY/U= )
        """

    /// A and AAAA of ai.
    static let ai = """
        ai.example. 3600 A 192.0.2.9
        ai.example. 3600 RRSIG A 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            pAOtzLP2MU0tDJUwHOKE5FPIIHmdYsCgTb5BERGgpnJluA9ixOyf6xxVCgrEJW0WNZSsJicd
            hBHXfDmAGKUajUUlYSAH8tS4ZnrhyymIvk3uArDu2wfT130e9UHnumaHHMpUTosKe22PblOy
            6zrTpg9FkS0XGVmYRvOTNYx2HvQ= )
        ai.example. 3600 AAAA 2001:db8::f00:baa9
        ai.example. 3600 RRSIG AAAA 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            nLcpFuXdT35AcE+EoafOUkl69KB+/e56XmFKkewXG2IadYLKAOBIoR5+VoQV3XgTcofTJNsh
            1rnF6Eav2zpZB3byI6yo2bwY8MNkr4A7cL9TcMmDwV/hWFKsbGBsj8xSCN/caEL2CWY/5XP2
            sZM6QjBBLmukH30+w1z3h8PUP2o= )
        """

    /// A and AAAA of xx.
    static let xx = """
        xx.example. 3600 A 192.0.2.10
        xx.example. 3600 RRSIG A 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            kBF4YxMGWF0D8r0cztL+2fWWOvN1U/GYSpYP7SoKoNQ4fZKyk+weWGlKLIUM+uE1zjVTPXoa
            0Z6WG0oZp46rkl1EzMcdMgoaeUzzAJ2BMq+YVdxG9IK1yZkYGY9AgbTOGPoAgbJyO9EPULsx
            kbIDV6GPPSZVusnZU6OMgdgzHV4= )
        xx.example. 3600 AAAA 2001:db8::f00:baaa
        xx.example. 3600 RRSIG AAAA 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            Zzj0yodDxcBLnnOIwDsuKo5WqiaK24DlKg9CaGaxDFiKgKobUj2jilYQHpGFn2poFRetZd4z
            ulyQkssz2QHrVrPuTMS22knudCiwP4LWpVTrU4zfeA+rDz9stmSBP/4PekH/x2IoAYnwctd/
            xS9cL2QgW7FChw16mzlkH6/vsfs= )
        """

    /// A of both name servers.
    static let nameServers = """
        ns1.example. 3600 A 192.0.2.1
        ns1.example. 3600 RRSIG A 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            F1C9HVhIcs10cZU09G5yIVfKJy5yRQQ3qVet5pGhp82pzhAOMZ3K22JnmK4c+IjUeFp/to06
            im5FVpHtbFisdjyPq84bhTv8vrXt5AB1wNB++iAqvIfdgW4sFNC6oADb1hK8QNauw9VePJhK
            v/iVXSYC0b7mPSU+EOlknFpVECs= )
        ns2.example. 3600 A 192.0.2.2
        ns2.example. 3600 RRSIG A 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            V7cQRw1TR+knlaL1z/psxlS1PcD37JJDaCMqQo6/u1qFQu6x+wuDHRH22Ap9ulJPQjFwMKOu
            yfPGQPC8KzGdE3vt5snFEAoE1Vn3mQqtu7SO6amIjk13Kj/jyJ4nGmdRIc/3cM3ipXFhNTKq
            rdhx8SZ0yy4ObIRzIzvBFLiSS8o= )
        """

    /// MX of x.w (B.1).
    static let mx = """
        x.w.example. 3600 MX 1 xx.example.
        x.w.example. 3600 RRSIG MX 5 3 3600 20040509183619 (
            20040409183619 38519 example.
            Il2WTZ+Bkv+OytBx4LItNW5mjB4RCwhOO8y1XzPHZmZUTVYL7LaA63f6T9ysVBzJRI3KRjAP
            H3U1qaYnDoN1DrWqmi9RJe4FoObkbcdm7P3Ikx70ePCoFgRz1Yq+bVVXCvGuAU4xALv3W/Y1
            jNSlwZ2mSWKHfxFQxPtLj8s32+k= )
        """

    /// NSEC of the unsigned delegation b (B.2, B.5).
    static let delegationNSEC = """
        b.example. 3600 NSEC ns1.example. NS RRSIG NSEC
        b.example. 3600 RRSIG NSEC 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            GNuxHn844wfmUhPzGWKJCPY5ttEX/RfjDoOx9ueK1PtYkOWKOOdiJ/PJKCYB3hYX+858dDWS
            xb2qnV/LSTCNVBnkm6owOpysY97MVj5VQEWs0lm9tFoqjcptQkmQKYPrwUnCSNwvvclSF1xZ
            vhRXgWT7OuFXldoCG6TfVFMs9xE= )
        """

    /// NSEC of ns1 (B.3).
    static let ns1NSEC = """
        ns1.example. 3600 NSEC ns2.example. A RRSIG NSEC
        ns1.example. 3600 RRSIG NSEC 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            I4hj+Kt6+8rCcHcUdolks2S+Wzri9h3fHas81rGN/eILdJHN7JpV6lLGPIh/8fIBkfvdyWnB
            jjf1q3O7JgYO1UdI7FvBNWqaaEPJK3UkddBqZIaLi8Qr2XHkjq38BeQsbp8X0+6h4ETWSGT8
            IZaIGBLryQWGLw6Y6X8dqhlnxJM= )
        """

    /// DS of the signed delegation a (B.4).
    static let delegationDS = """
        a.example. 3600 DS 57855 5 1 B6DCD485719ADCA18E5F3D48A2331627FDD3636B
        a.example. 3600 RRSIG DS 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            oXIKit/QtdG64J/CB+Gi8dOvnwRvqrto1AdQoRkAN15FP3iZ7suB7gvTBmXzCjL7XUgQVcoH
            kdhyCuzp8W9qJHgRUSwKKkczSyuL64nhgjuDEML8l9wlWVsl7PR2VnZduM9bLyBhaaPmRKX/
            Fm+v6ccF2EGNLRiY08kdkz+XHHo= )
        """

    /// MX of a.z.w, made from *.w (B.6).
    static let expansion = """
        a.z.w.example. 3600 MX 1 ai.example.
        a.z.w.example. 3600 RRSIG MX 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            OMK8rAZlepfzLWW75Dxd63jy2wswESzxDKG2f9AMN1CytCd10cYISAxfAdvXSZ7xujKAtPbc
            tvOQ2ofO7AZJ+d01EeeQTVBPq4/6KCWhqe2XTjnkVLNvvhnc0u28aoSsG0+4InvkkOHknKxw
            4kX18MMR34i8lC36SR5xBni8vHI= )
        """

    /// NSEC of x.y.w: nothing is closer to a.z.w than *.w (B.6, B.7).
    static let noCloserNSEC = """
        x.y.w.example. 3600 NSEC xx.example. MX RRSIG NSEC
        x.y.w.example. 3600 RRSIG NSEC 5 4 3600 20040509183619 (
            20040409183619 38519 example.
            OvE6WUzN2ziieJcvKPWbCAyXyP6ef8cr6CspArVSTzKSquNwbezZmkU7E34o5lmb6CWSSSpg
            xw098kNUFnHcQf/LzY2zqRomubrNQhJTiDTXa0ArunJQCzPjOYq5t0SLjm6qp6McJI1AP5Vr
            QoKqJDCLnoAlcPOPKAm/jJkn3jk= )
        """

    /// NSEC of *.w (B.7).
    static let wildcardNSEC = """
        *.w.example. 3600 NSEC x.w.example. MX RRSIG NSEC
        *.w.example. 3600 RRSIG NSEC 5 2 3600 20040509183619 (
            20040409183619 38519 example.
            r/mZnRC3I/VIcrelgIcteSxDhtsdlTDt8ng9HSBlABOlzLxQtfgTnn8f+aOwJIAFe1Ee5RvU
            5cVhQJNP5XpXMJHfyps8tVvfxSAXfahpYqtx91gsmcV/1V9/bZAG55CefP9cM4Z9Y9NT9XQ8
            s1InQ2UoIv6tJEaaKkP701j8OLA= )
        """
}
