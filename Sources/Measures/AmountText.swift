extension UInt64 {
    /// Bits a second as an experiment file writes them, in the largest unit that keeps them whole: "999500bit", "10mbit".
    package var bitRateText: String {
        text([(1_000_000_000, "gbit"), (1_000_000, "mbit"), (1_000, "kbit")], "bit")
    }

    /// Bytes likewise: "64kB", "512MiB", "1500B".
    package var sizeText: String {
        let units: [(UInt64, String)] = [
            (1 << 40, "TiB"), (1_000_000_000_000, "TB"), (1 << 30, "GiB"), (1_000_000_000, "GB"),
            (1 << 20, "MiB"), (1_000_000, "MB"), (1 << 10, "KiB"), (1_000, "kB"),
        ]
        return text(units, "B")
    }

    private func text(_ units: [(UInt64, String)], _ base: String) -> String {
        let unit = units.first { self >= $0.0 && isMultiple(of: $0.0) }
        return unit.map { "\(self / $0.0)\($0.1)" } ?? "\(self)\(base)"
    }
}
