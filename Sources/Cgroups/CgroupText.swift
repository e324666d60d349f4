/// The formats of the kernel's cgroup files (Documentation/admin-guide/cgroup-v2.rst, "Format").
package enum CgroupText {
    /// Flat keyed: "KEY NUMBER" a line; what is none is left out.
    package static func numbers(_ text: Substring) -> [String: UInt64] {
        var found: [String: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2, let number = UInt64(parts[1]) { found[String(parts[0])] = number }
        }
        return found
    }

    /// Nested keyed: "KEY NAME=VALUE NAME=VALUE" a line, the values of one key.
    package static func pairs(of key: String, in text: Substring) -> [String: String]? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.first.map(String.init) == key else { continue }
            var found: [String: String] = [:]
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if pair.count == 2 { found[String(pair[0])] = String(pair[1]) }
            }
            return found
        }
        return nil
    }

    /// "254:0 Read 12" of version 1's blkio files, added up over the devices; nil when nothing is there.
    package static func sum(of operation: String, in text: Substring) -> UInt64? {
        var total: UInt64?
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 3, parts[1] == operation, let number = UInt64(parts[2]) else { continue }
            total = (total ?? 0).addingReportingOverflow(number).partialValue
        }
        return total
    }
}
