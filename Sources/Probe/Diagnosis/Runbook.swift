extension FailureClass {
    /// The page for operators about this class: a file of the same name in `docs/runbooks`.
    package var runbook: String {
        "https://github.com/trustpath/trustpath/blob/main/docs/runbooks/\(rawValue).md"
    }

    /// What the alert on exactly this class is called: `TrustpathCertExpired`.
    package var alertName: String {
        rawValue.split(separator: "_").reduce("Trustpath") { name, word in
            name + word.prefix(1).uppercased() + word.dropFirst()
        }
    }
}
