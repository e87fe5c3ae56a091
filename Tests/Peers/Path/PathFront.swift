/// One `dnsdist` before other servers, with an address for each way to treat what passes.
package enum PathFront {
    package enum Manner: Sendable {
        case passes
        case dropsUDP, dropsTCP, dropsAll
        /// Every answer over UDP is truncated.
        case truncates, truncatesWithoutTCP
        /// Answers with a response code by its name in dnsdist.
        case answers(String)
        /// Sends every other question to each of two servers.
        case alternates(Int, Int)
        /// Sends the questions of one client to another server than everybody else's.
        case sees(client: Int, at: Int, others: Int)

        fileprivate func rule(_ here: String, on place: PathPlace) -> String {
            switch self {
            case .passes: ""
            case .dropsUDP: "addAction(AndRule{\(here), TCPRule(false)}, DropAction())"
            case .dropsTCP: "addAction(AndRule{\(here), TCPRule(true)}, DropAction())"
            case .dropsAll: "addAction(\(here), DropAction())"
            case .truncates: "addAction(AndRule{\(here), TCPRule(false)}, TCAction())"
            case .truncatesWithoutTCP:
                "addAction(AndRule{\(here), TCPRule(true)}, DropAction())\n"
                    + "addAction(\(here), TCAction())"
            case .answers(let code): "addAction(\(here), RCodeAction(DNSRCode.\(code)))"
            case .alternates(let one, let other):
                server(one, of: "pair", on: place) + server(other, of: "pair", on: place)
                    + "addAction(\(here), PoolAction('pair'))"
            case .sees(let client, let seen, let others):
                """
                \(server(seen, of: "seen", on: place))
                \(server(others, of: "others", on: place))
                clients = newNMG()
                clients:addMask('\(place.address(client))/32')
                addAction(AndRule{\(here), NetmaskGroupRule(clients)}, PoolAction('seen'))
                addAction(\(here), PoolAction('others'))
                """
            }
        }

        private func server(_ host: Int, of pool: String, on place: PathPlace) -> String {
            "newServer({address = '\(place.address(host)):53', pool = '\(pool)'})\n"
        }
    }

    package static func dnsdist(
        _ manners: [Int: Manner], before backend: Int, on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("front")
        var text = """
            setSecurityPollSuffix('')
            setACL({'0.0.0.0/0'})
            setServerPolicy(roundrobin)
            newServer({address = '\(place.address(backend)):53'})

            """
        for (host, manner) in manners.sorted(by: { $0.key < $1.key }) {
            let address = place.address(host)
            text += "addLocal('\(address):53')\n"
            text += "group\(host) = newNMG()\ngroup\(host):addMask('\(address)/32')\n"
            text += manner.rule("NetmaskGroupRule(group\(host), false)", on: place) + "\n"
        }
        text += "for _, server in ipairs(getServers()) do server:setUp() end\n"
        try write(text, to: directory + "/dnsdist.conf")
        return try await place.start(
            "dnsdist",
            ["--supervised", "--disable-syslog", "-C", directory + "/dnsdist.conf"],
            in: directory, until: "Console ACL")
    }
}
