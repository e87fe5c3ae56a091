import Configuration
import OpenSSL
import Probe
import Sockets

extension TLSContext {
    /// Reads the files of a web configuration; relative ones are in its folder.
    convenience init(web tls: WebTLS, folder: String) throws(InputError) {
        let certificates = try tls.certificate.certificates("the certificate", folder)
        let pem = try tls.key.text(folder)
        guard let key = PrivateKey(pem: pem) else {
            throw tls.key.error("the key", folder, "is no unencrypted private key in PEM")
        }
        var service = TLSService(
            certificates: certificates, key: key, ciphers: tls.openSSLSuites,
            groups: (tls.curves ?? [.x25519, .p256, .p384, .p521]).map(\.openSSLName))
        service.versions =
            tls.versions.lowerBound.number...tls.versions.upperBound.number
        service.prefersOwnCiphers = tls.prefersOwnSuites
        if tls.clientAuthentication != .none {
            let authorities = try tls.clientAuthority?.certificates("the authority", folder)
            service.clients = ClientRule(
                isRequired: tls.clientAuthentication.requires,
                authorities: tls.clientAuthentication.verifies ? authorities : nil,
                allowedNames: tls.allowedNames)
        }
        do throws(OpenSSLError) { try self.init(service: service) } catch {
            throw tls.certificate.error("the certificate", folder, "and its key: \(error)")
        }
    }
}

extension WebTLS {
    /// Where its texts come from.
    var sources: [Source] { [certificate, key] + (clientAuthority.map { [$0] } ?? []) }

    fileprivate var openSSLSuites: [String] {
        let usual = Self.suites.values.sorted { left, right in
            // Authenticated encryption first; then by name.
            (left.hasSuffix("-SHA") ? 1 : 0, left) < (right.hasSuffix("-SHA") ? 1 : 0, right)
        }
        guard let cipherSuites, !cipherSuites.isEmpty else { return usual }
        return cipherSuites.compactMap { Self.suites[$0] }
    }
}

extension WebTLS.Source {
    func text(_ folder: String) throws(InputError) -> [UInt8] {
        switch self {
        case .text(let text): return Array(text.utf8)
        case .file(let file):
            do { return try File.read(file.beside(folder), limit: 1 << 20) } catch {
                throw InputError(file.error("\(error)").description)
            }
        }
    }

    fileprivate func certificates(
        _ what: String, _ folder: String
    ) throws(InputError) -> [Certificate] {
        let pem = try text(folder)
        do throws(OpenSSLError) { return try Certificate.list(pem: pem) } catch {
            throw self.error(what, folder, "\(error)")
        }
    }

    fileprivate func error(_ what: String, _ folder: String, _ why: String) -> InputError {
        switch self {
        case .text: InputError("\(what) of the web configuration: \(why)")
        case .file(let file):
            InputError(file.error("\(what) \(file.beside(folder)): \(why)").description)
        }
    }
}

extension Located<String> {
    func beside(_ folder: String) -> String { value.hasPrefix("/") ? value : folder + value }
}

extension WebTLS.Version {
    fileprivate var number: TLSVersion {
        switch self {
        case .tls10: .tls10
        case .tls11: .tls11
        case .tls12: .tls12
        case .tls13: .tls13
        }
    }
}

extension WebTLS.Curve {
    fileprivate var openSSLName: String {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        case .x25519: "X25519"
        }
    }
}
