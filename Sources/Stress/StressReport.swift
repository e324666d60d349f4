/// What a worker has used since it began, in the kernel's own numbers.
package struct StressReport: Hashable, Sendable {
    /// Since the start that was asked for, nanoseconds; 0 before it.
    package var elapsed: Int64 = 0
    /// CPU time of all its threads, nanoseconds. C: CLOCK_PROCESS_CPUTIME_ID.
    package var cpu: Int64 = 0
    /// Bytes of memory that it has: VmRSS.
    package var resident: UInt64 = 0
    /// Bytes that were free in the file system before it began, and now.
    package var freeBefore: UInt64 = 0
    package var freeNow: UInt64 = 0
    /// Bytes that its threads wrote (and synced) and read.
    package var written: UInt64 = 0
    package var read: UInt64 = 0
    /// What hindered it: an errno of writing, memory that ran short.
    package var trouble: UInt64 = 0

    package init() {}

    private static let keys: [(String, any WritableKeyPath<StressReport, UInt64> & Sendable)] = [
        ("resident", \.resident), ("before", \.freeBefore), ("now", \.freeNow), ("written", \.written),
        ("read", \.read), ("trouble", \.trouble),
    ]

    package var text: String {
        (["elapsed=\(elapsed)", "cpu=\(cpu)"] + Self.keys.map { "\($0.0)=\(self[keyPath: $0.1])" })
            .joined(separator: " ")
    }

    /// Nil when a number is missing or none.
    package init?(_ text: String) {
        var values: [Substring: Substring] = [:]
        for part in text.split(separator: " ") {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { values[pair[0]] = pair[1] }
        }
        guard let elapsed = values["elapsed"].flatMap({ Int64($0) }),
            let cpu = values["cpu"].flatMap({ Int64($0) })
        else { return nil }
        self.elapsed = elapsed
        self.cpu = cpu
        for (key, path) in Self.keys {
            guard let number = values[key[...]].flatMap({ UInt64($0) }) else { return nil }
            self[keyPath: path] = number
        }
    }
}
