package import Recording

/// Lines that many hosts give cause for at once: of each kind the first few stand as they are, and the others are counted, so
/// that two hundred hosts do not hide the one that failed. Pure.
package struct GatheredLines: Sendable {
    /// Of one kind, as they are.
    package static let most = 8

    private var shown: [String: Int] = [:]
    /// By kind, not told yet.
    private var counted: [String: Int] = [:]

    package init() {}

    /// nil: nobody needs to see it, or it is counted.
    package mutating func take(_ event: RunEvent) -> RunLine? {
        guard let line = RunLine(event) else { return nil }
        guard let kind = line.kind else { return line }
        guard shown[kind, default: 0] < Self.most else {
            counted[kind, default: 0] += 1
            return nil
        }
        shown[kind, default: 0] += 1
        return line
    }

    /// What was counted since the last time: "cut#1 acts on 192 more hosts".
    package mutating func counts() -> [String] {
        defer { counted = [:] }
        return counted.sorted { $0.key < $1.key }.map { kind, count in
            "\(kind) on \(count) more host\(count == 1 ? "" : "s")"
        }
    }
}
