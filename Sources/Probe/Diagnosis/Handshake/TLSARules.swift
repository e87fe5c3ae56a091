import DNS
import DNSSEC
import OpenSSL

/// What secure TLSA records show against the chain of one endpoint.
struct TLSARules {
    private let result: EndpointResult
    private let demands: MailDemands

    init(_ result: EndpointResult, _ demands: MailDemands = MailDemands()) {
        (self.result, self.demands) = (result, demands)
    }

    var findings: [Finding] {
        guard let handshake = result.handshake else { return [] }
        let other = mismatch(handshake.otherDANE, handshake.otherCertificate) { key in
            ", in a handshake for its other key, \(key)"
        }
        return [mismatch(handshake.dane, handshake.certificate) { _ in "" }, other].compactMap {
            $0
        }
    }

    private func mismatch(
        _ dane: DANEVerdict?, _ certificate: PresentedCertificate?, _ place: (String) -> String
    ) -> Finding? {
        guard let dane, dane.matches == false, let certificate else { return nil }
        let usable = dane.records.filter { $0.match != .unusable }
        let shown = usable.prefix(Self.mostShown).map(\.text).joined(separator: ", ")
        let rest = usable.count - Self.mostShown
        return Finding(
            .tlsaMismatch, confidence: .oneObservation, at: [result.place],
            [
                "\(result.place): \(dane.owner.text) has \(shown)"
                    + (rest > 0 ? " and \(rest) more" : "")
                    + ", and nothing that the server sends matches"
                    + place(certificate.leaf.keyDescription) + "; its key is "
                    + Self.record(of: certificate.leaf) + reservation
            ])
    }

    /// Senders may do without DANE where the MX records could be forged, and those that do not are hit all the same.
    private var reservation: String {
        guard result.endpoint.port.service == .smtp, let status = demands.exchangesStatus,
            status != .secure
        else { return "" }
        return "; the MX records are \(status.rawValue), and senders may use the TLSA records even "
            + "so (RFC 7672 2.2.1)"
    }

    /// The record that RFC 7671 5.1 recommends for a certificate.
    private static func record(of leaf: Certificate) -> String {
        let digest = Digest.sha256(leaf.publicKeyDER)
        return RecordData.tlsa(
            TLSA(usage: 3, selector: 1, matchingType: 1, association: digest)
        ).text(.tlsa)
    }

    private static let mostShown = 4
}
