/// What a user gave cannot be used; the message is one sentence that names the place.
package struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
