import CLinux

/// The system's idea of the date.
package enum WallClock {
    /// Seconds since 1970.
    package static var now: Int64 { Int64(time(nil)) }
}
