/// One host's way from its name to its handshakes: the target's, or that of a mail exchange that it names.
package struct PathOfHost: Sendable {
    package var resolution: Resolution
    /// Nil where DNSSEC is disabled or there is no name to validate.
    package var validation: DNSSECResult?
    package var validationDuration: Duration?
    /// None where the host itself serves nothing that is asked for.
    package var endpoints: [EndpointResult]
    package var authorizations = Authorizations()

    package init(
        _ resolution: Resolution, _ validation: DNSSECResult?, _ endpoints: [EndpointResult]
    ) {
        (self.resolution, self.validation, self.endpoints) = (resolution, validation, endpoints)
    }
}
