/// Where a server listens, and who logs in there.
package struct ServerAddress: Sendable, Equatable, Codable {
    package let host: String
    package let port: UInt16
    /// nil: the protocol's own default.
    package let user: String?
    /// nil: none is given.
    package let secret: Secret?

    package init(host: String, port: UInt16, user: String? = nil, secret: Secret? = nil) {
        self.host = host
        self.port = port
        self.user = user
        self.secret = secret
    }

    /// Host and port as a URL writes them (RFC 3986, section 3.2.2).
    package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// As the file writes it, the password included: not for people.
    func url(_ scheme: String, path: String) -> String {
        var login = user.map(ServerURL.encode) ?? ""
        if case .password(let password) = secret { login += ":" + ServerURL.encode(password) }
        return "\(scheme)://\(login.isEmpty ? "" : login + "@")\(authority)\(path)"
    }
}
