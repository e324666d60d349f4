/// The last lines of a terminal, written again in place: what to send to it. Pure; the terminal's size is a parameter each time,
/// since it may have changed meanwhile.
///
/// The cursor stays below the region, visible, at the beginning of a line: a program that is killed leaves the terminal as
/// it should be. Nothing is cleared before it is written over, so that nothing flickers.
package struct LiveRegion {
    /// Lengths of the lines that stand there.
    private var drawn: [Int] = []

    package init() {}

    package var isEmpty: Bool { drawn.isEmpty }

    /// The region with these lines instead; `above`: text that goes before it for good, without its last line break.
    package mutating func draw(_ lines: [String], above text: String? = nil, columns: Int) -> String {
        var bytes = home(columns)
        if let text {
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                bytes += line + Self.end
            }
        }
        for line in lines { bytes += line + Self.end }
        // Below: what was there and is not any more.
        bytes += "\u{1b}[J"
        drawn = lines.map(\.count)
        return bytes
    }

    /// The rest of the line is cleared, then the next begins.
    private static let end = "\u{1b}[K\n"

    /// To the region's beginning. A terminal that became narrower has broken the lines into more.
    private func home(_ columns: Int) -> String {
        let width = max(1, columns)
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / width) }
        return rows > 0 ? "\r\u{1b}[\(rows)A" : "\r"
    }
}
