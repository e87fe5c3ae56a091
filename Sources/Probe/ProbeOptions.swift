import Addresses
import DNS

extension Probe.Options {
    /// Reads what a request or a command line gives; nil and empty mean the module's own.
    package init(ports: String?, hostname: String?, addresses: [String]) throws(InputError) {
        self.init()
        if let ports {
            self.ports = try Port.list(parsing: ports)
        }
        if let hostname {
            self.hostname = try Target.hostName(hostname, in: "the hostname \"\(hostname)\"").text
        }
        self.addresses = try addresses.map { text throws(InputError) in
            guard let address = IPAddress(text) else {
                throw InputError("the address \"\(text)\" is not an IPv4 or IPv6 address")
            }
            return address
        }
    }
}
