/// A moment in UTC by the proleptic Gregorian calendar.
package struct CivilTime: Hashable, Sendable {
    package let year: Int64
    /// 1 to 12; the day 1 to 31.
    package let (month, day): (Int64, Int64)
    package let (hour, minute, second): (Int64, Int64, Int64)

    package init(secondsSince1970 seconds: Int64) {
        let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
        let secondOfDay = seconds - days * 86400
        (hour, minute, second) = (secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60)
        // Years are counted from March, so that the leap day ends them.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `2026-11-21T03:04:05Z` (RFC 3339).
    package var rfc3339: String {
        let date = [Self.padded(year, 4), Self.padded(month), Self.padded(day)]
        let time = [hour, minute, second].map { Self.padded($0) }
        return date.joined(separator: "-") + "T" + time.joined(separator: ":") + "Z"
    }

    /// `20261121030405`, as RRSIG writes its times (RFC 4034 3.2).
    var compact: String {
        Self.padded(year, 4) + [month, day, hour, minute, second].map { Self.padded($0) }.joined()
    }

    private static func padded(_ number: Int64, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
