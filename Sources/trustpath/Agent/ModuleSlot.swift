import Configuration
import Probe
import Synchronization

/// A module of the configuration, made ready once, when it is first asked for: the system's certificates and a
/// module's contexts take megabytes, and most agents need few of the built-in modules.
final class ModuleSlot: Sendable {
    private let outcome = Mutex<Result<PreparedModule, InputError>?>(nil)
    private let make: @Sendable () -> Result<PreparedModule, InputError>

    init(_ module: Module, named name: String, in surroundings: PreparedModule.Surroundings) {
        make = {
            do throws(InputError) {
                return .success(try PreparedModule(module, named: name, in: surroundings))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Throws one sentence that names the place of what cannot be used.
    func prepared() throws(InputError) -> PreparedModule {
        try outcome.withLock { outcome in
            let made = outcome ?? make()
            outcome = made
            return made
        }.get()
    }

    /// Nil where nobody asked for it.
    var existing: PreparedModule? { outcome.withLock { try? $0?.get() } }

    /// False where it was tried in vain.
    var isUsable: Bool {
        outcome.withLock { outcome in
            if case .failure = outcome { return false }
            return true
        }
    }
}
