/// What a user gave cannot be used; the message is one sentence that names the place.
package struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String

    /// What is quoted of the input cannot steer a terminal.
    package init(_ message: String) { self.message = message.plain() }

    package var description: String { message }
}
