import Exposition
import Glibc
import Sockets

/// The `process_*` metrics that every Prometheus client gives, read from /proc.
enum ProcessMetrics {
    static var families: [MetricFamily] {
        var families: [MetricFamily] = []
        let add = { (name: String, help: String, value: Double, kind: MetricFamily.Kind) in
            families.append(MetricFamily(name, help, kind: kind, value: value))
        }
        if let stat = Stat() {
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            add(
                "process_cpu_seconds_total", "CPU time spent, user and system.",
                stat.number(13, 14) / ticks, .counter)
            add("process_virtual_memory_bytes", "Virtual memory.", stat.number(22), .gauge)
            add(
                "process_resident_memory_bytes", "Resident memory.",
                stat.number(23) * Double(sysconf(Int32(_SC_PAGESIZE))), .gauge)
            if let boot = bootTime {
                add(
                    "process_start_time_seconds", "When the process started, as a Unix time.",
                    boot + stat.number(21) / ticks, .gauge)
            }
        }
        if let count = openDescriptors {
            add("process_open_fds", "File descriptors that are open.", Double(count), .gauge)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            add(
                "process_max_fds", "File descriptors that may be open.", Double(limit.rlim_cur),
                .gauge)
        }
        return families
    }

    /// The fields of /proc/self/stat, counted from 0 (proc(5) counts from 1).
    private struct Stat {
        private let fields: [Substring]

        init?() {
            guard let text = ProcessMetrics.text("/proc/self/stat"),
                let close = text.lastIndex(of: ")")
            else { return nil }
            // The command's name may hold blanks: two fields stand before what follows it.
            fields =
                ["", ""] + text[text.index(after: close)...].split(whereSeparator: \.isWhitespace)
            guard fields.count > 23 else { return nil }
        }

        func number(_ indices: Int...) -> Double {
            indices.compactMap { Double(fields[$0]) }.reduce(0, +)
        }
    }

    /// Seconds since 1970.
    private static var bootTime: Double? {
        text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
            .flatMap { Double($0.dropFirst(6)) }
    }

    private static var openDescriptors: Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Not counted: the two names of the folders, and the descriptor that reads it.
        return count - 3
    }

    private static func text(_ path: String) -> String? {
        (try? File.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
}
