import Addresses
import DNS
import OpenSSL

extension EndpointResult {
    var json: JSON {
        .object([
            "host": .string(endpoint.host),
            "address": .string(endpoint.address.description),
            "port": .integer(endpoint.port.number),
            "protocol": .string(endpoint.port.service.rawValue),
            "required": .bool(endpoint.port.isRequired),
            "connection": .object([
                "state": .string(connection.state),
                "detail": .string(connection.trouble),
                "duration": .duration(connection.duration),
            ]),
            "starttls": startTLS?.json ?? .null,
            "handshake": handshake?.json ?? .null,
        ])
    }
}

extension StartTLS {
    fileprivate var json: JSON {
        .object([
            "state": .string(outcome.state), "detail": .string(outcome.trouble),
            "duration": .duration(duration),
        ])
    }
}

extension Handshake {
    fileprivate var json: JSON {
        .object([
            "state": .string(outcome.state),
            "detail": .string(outcome.trouble),
            "duration": .duration(duration),
            "version": .string(version.map(versionText)),
            "cipher": .string(cipher),
            "group": .string(group),
            "signature": .string(signature),
            "alpn": .string(alpn),
            "alert": outcome.failure?.alertJSON ?? .null,
            "retries": retries,
            "clientCertificateRequested": .bool(clientCertificateRequested),
            "offers": offers?.json ?? .null,
            "timestampExtension": .bool(hasTimestampExtension),
            "certificate": certificate?.json ?? .null,
            "otherCertificate": otherCertificate?.json ?? .null,
            "tlsa": dane?.json(outlook: outlook) ?? .null,
            "otherTLSA": otherDANE?.json(outlook: nil) ?? .null,
        ])
    }
}

extension Handshake.Outcome {
    fileprivate var failure: TLSFailure? {
        if case .failed(let failure) = self { failure } else { nil }
    }
}

extension Offers {
    fileprivate var json: JSON {
        .object([
            "versions": .strings(taken.map(\.text)),
            "ciphers": .array(
                suites.sorted { $0.key < $1.key }.map { version, suites in
                    .object([
                        "version": .string(version.text), "ciphers": .strings(suites.map(\.name)),
                    ])
                }),
            "groups": .strings(groups.map(\.name)),
            "complete": .bool(isComplete),
        ])
    }
}

extension TLSFailure {
    /// The server's alert, else ours.
    fileprivate var alertJSON: JSON? {
        guard let number = alertReceived ?? alertSent else { return nil }
        return .object([
            "number": .integer(number),
            "name": .string(TLSAlert(level: .fatal, number: number).name),
            "direction": .string(alertReceived == nil ? "sent" : "received"),
        ])
    }
}

extension Handshake {
    /// What was asked again after a failure; null where nothing was, or nothing came of it.
    fileprivate var retries: JSON {
        .object([
            "permissive": permissive.map {
                .object([
                    "version": .string(versionText($0.version)), "cipher": .string($0.cipher),
                    "group": .string($0.group), "signature": .string($0.signature),
                ])
            } ?? .null,
            "withoutServerName": .bool(completesWithoutServerName),
            "legacy": legacyAnswer.map {
                .object([
                    "version": .string($0.version?.text), "cipher": .string($0.suite?.name),
                ])
            } ?? .null,
            "smallHello": smallHello.map {
                .object([
                    "version": .string($0.version.text), "size": .integer($0.size),
                    "paddedSize": .integer($0.paddedSize),
                    "takesPadded": .bool($0.takesPadded),
                ])
            } ?? .null,
        ])
    }
}

extension DANEVerdict {
    fileprivate func json(outlook: String?) -> JSON {
        .object([
            "name": .string(owner.text),
            "match": .bool(matches),
            "records": .array(
                records.map { judged in
                    .object([
                        "record": .string(judged.text),
                        "state": .string(judged.match.state),
                        "depth": .integer(judged.match.depth),
                    ])
                }),
            "outlook": .string(outlook),
        ])
    }
}

extension PresentedCertificate {
    fileprivate var json: JSON {
        .object([
            "nameMatches": .bool(nameMatches),
            "matchingSiblings": .strings(matchingSiblings),
            "trusted": .bool(verification.isTrusted),
            "chainComplete": .bool(isChainComplete),
            "faults": .array(
                verification.faults.map { fault in
                    .object([
                        "name": .string(fault.name),
                        "text": .string(fault.code.text),
                        "depth": .integer(fault.depth),
                    ])
                }),
            "missingCertificates": .strings(missing.map(\.subject)),
            "unusedCertificates": .strings(unused.map(\.subject)),
            "rootSent": .bool(sendsRoot),
            "mustStaple": .bool(leaf.hasMustStaple),
            "embeddedTimestamps": .bool(leaf.hasEmbeddedTimestamps),
            "staple": staple?.json ?? .null,
            "fetched": .array(fetched.map(\.json)),
            "leaf": leaf.json,
            "sentChain": .array(sentChain.map(\.json)),
            "verifiedChain": .array(verification.chain.map(\.json)),
        ])
    }
}

extension OCSPStaple {
    fileprivate var json: JSON {
        .object([
            "status": .string(status.rawValue),
            "thisUpdate": .time(thisUpdate),
            "nextUpdate": .time(nextUpdate),
            "revokedAt": .time(revokedAt),
            "revocationReason": .string(revocationReason),
            "timestamps": .bool(hasTimestamps),
            "trouble": .string(trouble?.words),
        ])
    }
}

extension Certificate {
    fileprivate var json: JSON {
        .object([
            "subject": .string(subject),
            "issuer": .string(issuer),
            "serialNumber": .string(serialNumber),
            "fingerprintSHA256": .string(fingerprintSHA256),
            "notBefore": .time(notBefore == 0 ? nil : notBefore),
            "notAfter": .time(notAfter == 0 ? nil : notAfter),
            "key": .string(keyDescription),
            "keyType": .string(keyType),
            "signatureAlgorithm": .string(signatureAlgorithm),
            "dnsNames": .strings(dnsNames),
            "ipAddresses": .strings(ipAddresses.compactMap { IPAddress(bytes: $0)?.description }),
        ])
    }
}
