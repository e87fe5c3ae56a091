import Configuration
import Exposition
import Probe

/// A target of the configuration, ready to be probed by each scrape of `/metrics`.
struct ConfiguredProbe: Sendable {
    let target: Target
    let module: PreparedModule
    /// What each of its series begins with: target and module, then the configuration's own labels by name.
    let labels: Labels

    /// Throws the sentence that names the place of a target that cannot be probed.
    init(
        _ configured: ConfiguredTarget, _ modules: [String: ModuleSlot]
    ) throws(InputError) {
        let text = configured.target
        do throws(InputError) {
            target = try Target(parsing: text.value)
            guard let slot = modules[configured.module.value] else {
                throw InputError("there is no module \"\(configured.module.value)\"")
            }
            module = try slot.prepared()
        } catch {
            throw InputError(text.error(error.message).description)
        }
        labels = configured.labels.sorted { $0.key < $1.key }.reduce(
            ["target": text.value, "module": configured.module.value]
        ) { $0 + [$1.key: $1.value] }
    }
}
