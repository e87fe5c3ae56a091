import Foundation
import Peers

/// What a shell block of a page would run, found out by a bash that has no programs at all: whatever is not part of
/// the language itself ends in the handler, which writes it down. So no grammar is guessed here.
enum ShellBlock {
    /// The commands, each once, whether those before them succeed or fail; what bash complains of is thrown.
    static func commands(of text: String) async throws -> Set<String> {
        let parsed = try await run("bash", ["-n"], input: text)
        guard parsed.status == 0 else { throw PeerError(parsed.errors) }
        // A restricted shell writes no file and starts nothing by its path.
        let block = text.replacing(/\s\d?>{1,2} ?[\w.\/-]+/, with: " ")
        var commands: Set<String> = []
        for status in [0, 1] {
            let result = try await run(
                "bash", [], input: prelude(status) + block, seconds: 10)
            let complaints = result.errors.split(separator: "\n").filter {
                $0.contains("restricted") || $0.contains("unexpected") || $0.contains("syntax")
            }
            guard result.status != 124, complaints.isEmpty else {
                throw PeerError("\(complaints.joined(separator: "\n")) in:\n\(text)")
            }
            commands.formUnion(result.output.split(separator: "\n").map { String($0) })
        }
        return commands
    }

    /// Commands that run another one name it, too.
    private static func prelude(_ status: Int) -> String {
        """
        exec 3>&1 >/dev/null
        command_not_found_handle() {
            printf '%s\\n' "$1" >&3
            case $1 in
            sudo|timeout|nice|watch|xargs|env|time)
                shift
                while [[ ${1-} == -* || ${1-} == [0-9]* || ${1-} == *=* ]]; do shift; done
                [[ $# == 0 ]] || "$@" ;;
            esac
            echo word
            return \(status)
        }
        enable -n kill exec exit eval source . trap suspend logout enable
        PATH=/nonexistent
        set -r

        """
    }

    /// What a system administrator has or can install from any distribution, and the program itself.
    static let known: Set<String> = [
        "trustpath",
        // DNS.
        "dig", "delv", "kdig", "drill", "host", "nslookup", "whois", "unbound-host",
        "unbound-anchor",
        "unbound-control", "rndc", "rec_control", "pdnsutil", "knotc", "nsd-control", "pihole",
        "named-checkzone", "dnssec-verify", "dnssec-dsfromkey", "ldns-verify-zone", "resolvectl",
        "dscacheutil", "killall", "getent",
        // TLS, HTTP and mail.
        "openssl", "curl", "gnutls-cli", "certbot", "cmctl", "nginx", "apachectl", "haproxy",
        "postconf",
        "postfix", "postqueue", "postmap", "doveconf", "doveadm", "update-ca-certificates",
        "sslscan", "ldapsearch", "psql", "mysql", "swaks", "nc",
        // The network.
        "ip", "ss", "tcpdump", "ping", "traceroute", "tracepath", "mtr", "nft", "iptables", "ufw",
        "firewall-cmd", "nstat", "sysctl", "ethtool",
        // The host.
        "systemctl", "journalctl", "timedatectl", "chronyc", "kubectl", "uptime", "df", "free",
        "uname", "dmesg", "ls", "ps", "top", "ulimit",
        // Prometheus.
        "promtool", "amtool",
        // Text.
        "cat", "grep", "sed", "awk", "head", "tail", "cut", "sort", "uniq", "tr", "wc", "diff",
        "date", "base64", "sha256sum", "xxd", "python3", "tee", "cmp", "jq",
        // Those that run another.
        "sudo", "timeout", "xargs", "watch", "bash", "sleep",
    ]
}
