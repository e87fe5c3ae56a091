import Configuration

/// Refuses what a module asks for in vain: silence would look like health.
struct ModuleCheck {
    private let module: Module
    private let name: String

    init(_ module: Module, named name: String) {
        (self.module, self.name) = (module, name)
    }

    func run() throws(InputError) {
        if !module.mail.dkimSelectors.isEmpty, module.expand != .mx {
            throw InputError("module \(name): mail.dkim_selectors needs expand: mx")
        }
    }
}

extension Port {
    init(_ setting: PortSetting, in module: String) throws(InputError) {
        let service = setting.protocol.flatMap { ServiceProtocol(rawValue: $0) }
        self.init(setting.port, service, isRequired: !setting.optional)
    }
}
