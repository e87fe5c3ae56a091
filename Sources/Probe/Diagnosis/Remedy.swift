extension FailureClass {
    /// What to do about it, one sentence for the operator; the same for report, terminal and alert.
    package var remedy: String {
        Self.remedies[self] ?? "Look at the evidence and report the case."
    }

    private static let remedies: [FailureClass: String] = [
        .probeDeadlineExceeded:
            "Raise the scrape timeout or the module's timeout, or probe fewer ports at once.",
        .probeTargetRefused:
            "Allow the target or its address in the configuration, or probe another.",
        .probeLocalError:
            "Repair the agent's own host: its routes, its resolver, its limit of open files.",
        .dnsBlocked: "Open port 53 over UDP and TCP from here to the resolvers.",
        .resolverUnreachable:
            "Repair the resolver, or take it out of the configuration of its clients.",
        .resolverRefused: "Let the resolver serve this client, or use one that does.",
        .resolverFiltered: "Take the name off the resolver's block list, or use another resolver.",
        .resolverStaleAnswer:
            "Flush the name from the resolver's cache, or wait until its TTL is over.",
        .resolverCachedError:
            "Flush the name from the resolver's cache, or wait until its TTL is over.",
        .resolverServfail: "Look into the resolver's log: the zone itself answers well.",
        .dnsTransportRestricted: "Let DNS through over UDP and TCP, and large answers too.",
        .encryptedDNSRestricted:
            "Open port 853 or 443 to the encrypted resolver, without interception.",
        .resolverDisagreement:
            "Compare the answers: geography and load balancing are no fault, old data is.",
        .nameserverUnresponsive: "Repair the nameservers, or take them out of the delegation.",
        .delegationLame: "Load the zone on the nameserver, or take it out of the delegation.",
        .nameNotFound: "Create the name in its zone, or correct the target.",
        .zonePropagationPending:
            "Wait for the zone transfer, or repair it on the server that lags.",
        .delegationInconsistent: "Make the parent's NS and glue records equal to the zone's own.",
        .authorityUnreachable: "Let the agent reach port 53 of the nameservers to compare answers.",
        .dnssecDNSKEYMissing: "Publish the zone's DNSKEY records, or remove the DS at the parent.",
        .dnssecDSMismatch:
            "Give the parent the DS of the key that signs now, or sign with the old key again.",
        .dnssecSignatureExpired: "Sign the zone again, and find out why the signer stopped.",
        .dnssecSignatureNotYetValid: "Set the signer's clock right, or the agent's own.",
        .dnssecSignatureInvalid:
            "Sign the zone again, and check that every server has the same copy of it.",
        .dnssecRRSIGMissing:
            "Sign the whole zone and serve its signatures, or remove the DS at the parent.",
        .dnssecDenialInvalid: "Sign the zone again so that its NSEC or NSEC3 chain is complete.",
        .dnssecBogus: "Compare the zone's signatures with its keys, and sign it again.",
        .dnssecInsecure: "Sign the zone and give its parent a DS, or do not require DNSSEC of it.",
        .dnssecIndeterminate:
            "Make the missing link answer, or use a resolver that passes DNSSEC records on.",
        .dnssecAlgorithmUnsupported:
            "Move the zone to a current algorithm, such as ECDSAP256SHA256.",
        .dnssecSignatureExpiring:
            "Check that the signer still runs: it should have signed again by now.",
        .cnameBroken: "Let the alias end at a name that exists and has an address.",
        .nameNoAddress: "Give the name an A or AAAA record, or a CNAME to a name that has one.",
        .cnameMissing: "Create the CNAME that the configuration expects.",
        .cnameWrongTarget: "Point the CNAME where the configuration expects it.",
        .recordMismatch: "Correct the records, or the expectation in the configuration.",
        .recordPointsToWrongHost:
            "Remove the address of the foreign server from the name's records.",
        .recordPrivateAddress: "Take the private address out of the public zone.",
        .endpointPartialOutage:
            "Repair the service at the failing addresses, or remove them from DNS.",
        .addressFamilyBroken: "Repair the path for that address family, or remove its records.",
        .portBlocked: "Open the port in the firewall between here and the server.",
        .tcpConnectionRefused: "Start the service on that port, or correct port and address.",
        .tcpTimeout: "Check that the server runs and that no firewall drops its packets.",
        .hostUnreachable: "Repair the route to the address, or remove the address from DNS.",
        .protocolBannerError:
            "Look into the server's log: it does not greet as its protocol wants.",
        .starttlsNotOffered: "Enable STARTTLS on the server.",
        .starttlsRejected: "Look into the server's log for why it refuses STARTTLS.",
        .notTLS: "Enable TLS on that port, or probe the port that speaks it.",
        .tlsReset: "Look for a firewall or proxy on the path, and into the server's log.",
        .tlsHandshakeTimeout:
            "Look at the server's load and log: it accepts and then stays silent.",
        .tlsProtocolUnsupported: "Enable TLS 1.2 and 1.3 on the server.",
        .tlsCipherMismatch: "Enable current cipher suites on the server.",
        .tlsWeakParameters:
            "Give the server stronger parameters: 2048-bit DH, current signature algorithms.",
        .sniUnrecognized: "Configure the name on the server, or correct the name's address.",
        .clientCertificateRequired:
            "Give the client a certificate, or do not demand one on this port.",
        .tlsHandshakeFailure: "Look up the alert, and look into the server's log.",
        .tlsWeakCipher: "Prefer cipher suites with forward secrecy on the server.",
        .tlsLegacyOffered: "Switch TLS 1.1 and older off on the server.",
        .certExpired: "Renew the certificate and reload the server; check the renewal job.",
        .certNotYetValid: "Set the clocks right, or use the certificate that is valid now.",
        .certNameMismatch:
            "Get a certificate that names this host, or point the name at the right server.",
        .certSelfSigned:
            "Use a certificate of a trusted authority, or trust this one in `ca_file`.",
        .chainIncomplete: "Serve the intermediate certificates together with the leaf.",
        .certUntrustedRoot:
            "Use a certificate of a trusted authority, or trust its root in `ca_file`.",
        .chainCertExpired: "Serve the current intermediate certificates.",
        .certRevoked: "Replace the certificate: its authority has revoked it.",
        .ocspStapleInvalid:
            "Repair OCSP stapling on the server, or use a certificate that does not demand it.",
        .certPurposeInvalid: "Use a certificate that is meant for servers and for this name.",
        .certKeyWeak: "Replace the key: RSA of 2048 bits or more, or ECDSA P-256.",
        .certSignatureWeak: "Replace the certificate by one signed with SHA-256 or better.",
        .certInvalid: "Replace the certificate; the evidence names what is wrong with it.",
        .tlsaMismatch:
            "Publish a TLSA record of the certificate in use, before and after each renewal.",
        .endpointCertDisagreement: "Install the same certificate at every address.",
        .chainMisordered:
            "Serve the chain in order: the leaf first, each next one the issuer of the one before.",
        .certExpiring: "Renew the certificate now; check the renewal job.",
        .caaMismatch: "Let the CAA records name the authority in use, before the next renewal.",
        .mxMissing: "Publish MX records for the domain.",
        .mxNull: "The domain accepts no mail by its own word; probe another domain for mail.",
        .mxTargetInvalid: "Let every MX name a host with an address, not an alias or an address.",
        .mtaSTSInvalid:
            "Repair the MTA-STS policy, or bring MX records and certificates in line with it.",
        .mailTXTInvalid: "Correct the SPF, DMARC, DKIM or TLS-RPT record.",
        .unknown: "Look at the evidence: errno, alert and verification error are named there.",
    ]
}
