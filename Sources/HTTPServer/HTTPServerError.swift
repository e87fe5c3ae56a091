import Glibc

/// Why a server could not start; `description` is one sentence for the user.
package enum HTTPServerError: Error, Equatable, CustomStringConvertible {
    /// The text is no listen address.
    case invalidAddress(String)
    /// The address's text and the `errno`.
    case cannotListen(String, Int32)
    /// libmicrohttpd gave no daemon for this address.
    case cannotStart(String)

    package var description: String {
        switch self {
        case .invalidAddress(let text):
            "\"\(text)\" is no listen address: write :PORT, ADDRESS:PORT or [IPV6-ADDRESS]:PORT, "
                + "with a port from 0 to 65535."
        case .cannotListen(let text, let code):
            "Cannot listen on \(text): \(Self.reason(code))."
        case .cannotStart(let text):
            "Cannot serve on \(text): the HTTP library did not start (no memory, thread or "
                + "descriptor left)."
        }
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "another program, or another of these addresses, uses it already"
        case EADDRNOTAVAIL: "no interface of this host has that address"
        case EACCES: "this user may not open that port"
        default: String(cString: strerror(code))
        }
    }
}
