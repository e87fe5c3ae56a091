import Configuration
import Probe
import Synchronization

/// A module of the configuration, made ready once, when it is first asked for: the system's certificates and a
/// module's contexts take megabytes, and most agents need few of the built-in modules.
final class ModuleSlot: Sendable {
    private let made = Mutex<PreparedModule?>(nil)
    private let module: Module
    private let name: String
    private let surroundings: PreparedModule.Surroundings

    init(_ module: Module, named name: String, in surroundings: PreparedModule.Surroundings) {
        (self.module, self.name, self.surroundings) = (module, name, surroundings)
    }

    /// Throws one sentence that names the place of what cannot be used; who asks again is told how it stands then.
    ///
    /// The first time of a built-in module takes up to 0.1 s, in which other probes of its thread wait: once in the
    /// life of an agent, and only where no other module has needed the system's certificates before.
    func prepared() throws(InputError) -> PreparedModule {
        try made.withLock { made throws(InputError) in
            if let made { return made }
            let module = try PreparedModule(module, named: name, in: surroundings)
            made = module
            return module
        }
    }

    /// Nil where nobody asked for it.
    var existing: PreparedModule? { made.withLock { $0 } }
}
