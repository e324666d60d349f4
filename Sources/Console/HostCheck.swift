/// Which Host header a request to a loopback port may carry. A page of some other site, whose name its owner makes point to
/// 127.0.0.1, runs in the browser of whoever visits it and could read what is here (DNS rebinding); its requests carry that
/// site's name.
struct HostCheck: Sendable {
    let isLoopback: Bool

    /// - Parameter authority: "localhost:9100", of any content; nil: none was sent.
    func allows(_ authority: String?) -> Bool {
        guard isLoopback, let authority else { return true }
        var host = authority[...]
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { return false }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return false }
            host = host[host.index(after: host.startIndex)..<end]
            return host == "::1"
        }
        if let colon = host.firstIndex(of: ":") { host = host[..<colon] }
        let isIPv4 = host.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        return host.lowercased() == "localhost" || (isIPv4 && host.hasPrefix("127."))
    }
}
