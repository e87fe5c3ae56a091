import Configuration

/// Refuses what a module asks for and this version does not do: silence would look like health.
struct ModuleCheck {
    private let module: Module
    private let name: String

    init(_ module: Module, named name: String) {
        (self.module, self.name) = (module, name)
    }

    func run() throws(InputError) {
        let asked: [(key: String, isAsked: Bool)] = [
            (
                "mail.dkim_selectors without expand: mx",
                !module.mail.dkimSelectors.isEmpty && module.expand != .mx
            )
        ]
        if let first = asked.first(where: \.isAsked) {
            throw InputError("module \(name): this version does not support \(first.key)")
        }
    }
}

extension Port {
    init(_ setting: PortSetting, in module: String) throws(InputError) {
        let service = setting.protocol.flatMap { ServiceProtocol(rawValue: $0) }
        self.init(setting.port, service, isRequired: !setting.optional)
    }
}
