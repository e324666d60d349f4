/// A stretch of time as Grafana marks it in all panels: the body of a POST to /api/annotations (Grafana's HTTP API,
/// "Annotations"), and of the PATCH that gives it an end.
package struct GrafanaAnnotation: Sendable, Equatable {
    /// Milliseconds since 1970.
    package let time: Int64
    /// The same; nil: it is not over.
    package let timeEnd: Int64?
    package let tags: [String]
    package let text: String

    /// Bytes of a text, and of a tag: Grafana's columns hold 100 of a tag.
    private static let longestText = 1024
    private static let longestTag = 100

    package init(time: Int64, timeEnd: Int64? = nil, tags: [String], text: String) {
        self.time = time
        self.timeEnd = timeEnd
        self.tags = tags.map { $0.bounded(toBytes: Self.longestTag) }
        // Grafana shows texts as HTML; what it lets through is its own affair, and none of this is meant as such.
        self.text = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
            ">",
            with: "&gt;"
        )
        .bounded(toBytes: Self.longestText)
    }

    package var tree: JSONTree {
        var object: [String: JSONTree] = [
            "time": .whole(time), "tags": .list(tags.map { .text($0) }), "text": .text(text),
        ]
        if let timeEnd { object["timeEnd"] = .whole(timeEnd) }
        return .object(object)
    }

    /// - Parameter timeEnd: milliseconds since 1970.
    package static func end(at timeEnd: Int64) -> JSONTree { .object(["timeEnd": .whole(timeEnd)]) }
}
