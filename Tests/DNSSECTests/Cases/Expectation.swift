import DNS
import DNSSEC
import Testing

/// Expects a fault of this kind in this zone, and the status that goes with it; no kind for secure.
func expect(
    _ result: Validation, _ kind: Fault.Kind?, in zone: String? = nil, saying words: String? = nil,
    _ place: SourceLocation = #_sourceLocation
) throws {
    let told = Comment(rawValue: result.fault.map { "\($0.kind) \($0.zone): \($0.detail)" } ?? "-")
    #expect(result.fault?.kind == kind, told, sourceLocation: place)
    #expect(result.status == kind?.status ?? .secure, told, sourceLocation: place)
    if let zone { #expect(try result.fault?.zone == name(zone), told, sourceLocation: place) }
    if let words {
        #expect(result.fault?.detail.contains(words) == true, told, sourceLocation: place)
    }
    // The zone at fault is the worst of those reported.
    if let fault = result.fault, let report = result.zones.first(where: { $0.zone == fault.zone }) {
        #expect(report.status == fault.kind.status, told, sourceLocation: place)
    }
}
