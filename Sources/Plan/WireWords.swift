/// A command line's words for the protocols other than HTTP, by the scheme of its URL.
extension LoadWords {
    /// nil: the URL is none of theirs.
    func wireRequest(_ headers: [(String, String?)]) -> String? {
        let quote = CanonicalText.quote
        let parts = URLParts(url)
        // What stands behind the ? becomes keys of the block, so a wrong one is named as such.
        let timeout: [(String, String?)] =
            [("timeout", quote(self.timeout))] + parts.query.map { (quote($0.key), quote($0.value)) }
        let address = "\(parts.scheme)://\(parts.authority)"
        let body: String? = self.body.isEmpty ? nil : quote(self.body)
        switch parts.scheme {
        case "grpc", "grpcs":
            let isMethod = parts.path.contains("/")
            let call: [(String, String?)] =
                isMethod
                ? [("method", quote(parts.path)), ("message", body)] : [("health", quote(parts.path))]
            let metadata: [(String, String?)] = [
                ("metadata", CanonicalText.map(headers)), ("streams", streams.map(quote)),
            ]
            return "grpc: "
                + CanonicalText.map([("url", quote(address))] + call + metadata + timeout + [security])
        case "tcp":
            return "tcp: "
                + CanonicalText.map(
                    [("address", quote(address)), ("send", body), ("expect", expect.map(expectation))]
                        + timeout
                )
        case "udp":
            return "udp: "
                + CanonicalText.map(
                    [("address", quote(address)), ("send", body), ("expect", expect.map(quote))] + timeout
                )
        case "icmp": return "icmp: " + CanonicalText.map([("address", quote(address))] + timeout)
        case "dns":
            let name = parts.path.isEmpty ? nil : quote(parts.path)
            return "dns: " + CanonicalText.map([("server", quote(address)), ("name", name)] + timeout)
        default: return nil
        }
    }

    /// "echo", "line" and "nothing" as they are; "count:512"; all else is the bytes.
    private func expectation(_ text: String) -> String {
        if ["echo", "line", "nothing"].contains(text) { return text }
        if text.hasPrefix("count:") {
            return CanonicalText.map([("count", CanonicalText.quote(String(text.dropFirst(6))))])
        }
        return CanonicalText.map([("bytes", CanonicalText.quote(text))])
    }
}

/// "scheme://authority/path?key=value&key=value", not checked: whoever reads the file does that.
struct URLParts {
    let scheme: String
    let authority: String
    /// Without the slash at its beginning.
    let path: String
    let query: [(key: String, value: String)]

    init(_ url: String) {
        let mark = url.firstRange(of: "://")
        scheme = mark.map { String(url[..<$0.lowerBound]) } ?? ""
        let rest = mark.map { url[$0.upperBound...] } ?? url[...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        authority = String(rest[..<end])
        let tail = rest[end...]
        let question = tail.firstIndex(of: "?") ?? tail.endIndex
        path = String(tail[..<question].drop { $0 == "/" })
        query = tail[question...].dropFirst().split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }
}
