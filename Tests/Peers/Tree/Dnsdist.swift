extension NameServers {
    /// `dnsdist`; where it clears the DO bit the resolver behind it thinks that nobody wants DNSSEC.
    static func dnsdist(
        _ address: String, of tree: SignedTree, clearingDO: Bool, in directory: String
    ) async throws -> Daemon {
        let text = """
            setSecurityPollSuffix('')
            setLocal('\(address):53', {doTCP = true})
            setACL({'127.0.0.0/8'})
            newServer({address = '\(tree.resolver):53'})
            getServer(0):setUp()
            \(clearingDO ? clearDO : "")

            """
        try write(text, to: directory + "/dnsdist.conf")
        return try await Daemon(
            Program.unconfined("dnsdist", in: directory),
            ["--supervised", "--disable-syslog", "-C", directory + "/dnsdist.conf"],
            in: directory, until: .port(address, 53))
    }

    // An OPT record without options is the last eleven bytes of a query; DO is the top bit of its flags.
    private static let clearDO = """
        local ffi = require('ffi')
        function clearDO(dq)
            local length = tonumber(ffi.C.dnsdist_ffi_dnsquestion_get_len(dq))
            local query = ffi.cast('uint8_t*', ffi.C.dnsdist_ffi_dnsquestion_get_header(dq))
            if query[11] == 1 and query[length - 11] == 0 and query[length - 9] == 41 then
                query[length - 4] = bit.band(query[length - 4], 0x7f)
            end
            return DNSAction.None
        end
        addAction(AllRule(), LuaFFIAction(clearDO))
        """
}
