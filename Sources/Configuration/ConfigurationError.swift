/// A place in a file; line and column count from 1 (characters), and line 0 is the whole file.
package struct Position: Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The place of every value that no file gave.
    package static let builtIn = Position(file: "built-in")

    package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
}

/// Why a configuration is refused; its description is `FILE:LINE:COLUMN: one sentence`.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    package let position: Position
    package let message: String

    package init(_ position: Position, _ message: String) {
        self.position = position
        self.message = message
    }

    package var description: String { "\(position): \(message)" }
}

/// A value whose syntax is somebody else's to judge, with the place to name when it is wrong.
package struct Located<Value: Sendable & Hashable>: Sendable, Hashable {
    package let value: Value
    package let position: Position

    package init(_ value: Value, at position: Position = .builtIn) {
        self.value = value
        self.position = position
    }

    /// The error that names this value's place.
    package func error(_ message: String) -> ConfigurationError {
        ConfigurationError(position, message)
    }
}
