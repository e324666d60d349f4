import Measures

extension Reader {
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    private static let methodsWithBody: Set<String> = ["POST", "PUT", "PATCH", "DELETE"]

    /// `http:` of a load.
    func httpRequest(_ value: Value, hosts: [String]) -> HTTPRequestPlan? {
        let keys = ["url", "method", "headers", "body", "version", "streams", "timeout", "tls"]
        guard let fields = Fields(value, "http", keys: keys, problems: problems) else { return nil }
        let url = fields.required("url", "\"http://lb/\"").flatMap { self.url($0, hosts: hosts) }
        let method = optional(fields["method"], "GET") { word($0, "method", of: Self.methods) }
        let headers = optional(fields["headers"], []) { self.headers($0) }
        let body = optional(fields["body"], "") { text($0, "body", expected: "a text") }
        let timeout = requestTimeout(fields)
        let version = optional(fields["version"], .one) {
            word($0, "version", of: HTTPRequestPlan.Version.allCases.map(\.rawValue))
                .flatMap(HTTPRequestPlan.Version.init)
        }
        let tls = tls(fields, isSecure: url?.isSecure ?? false)
        let streams = underWay(fields, "streams")
        guard let url, let method, let headers, let body, let timeout, let version, let tls, let streams
        else {
            return nil
        }
        guard version == .two || fields["streams"] == nil else {
            let message =
                "streams is of HTTP/2, where a connection carries several requests; expected version: 2 beside it"
            problems.add("streams", at: fields.place(of: "streams"), message)
            return nil
        }
        guard body.isEmpty || Self.methodsWithBody.contains(method) else {
            let expected = "method: \(Self.methodsWithBody.sorted().listed)"
            problems.add(
                "body",
                at: fields.place(of: "body"),
                "a \(method) carries no body; expected \(expected)"
            )
            return nil
        }
        return HTTPRequestPlan(
            method: method,
            address: url,
            headers: headers,
            body: body,
            timeout: timeout,
            tls: tls,
            version: version,
            streams: streams
        )
    }

    private func url(_ value: Value, hosts: [String]) -> HTTPAddress? {
        guard let address = address(value, "url", expected: "an address such as http://lb/", hosts: hosts)
        else {
            return nil
        }
        let isSecure = address.scheme == .https
        guard isSecure || address.scheme == .http else {
            let expected = "http://host:port/path or https://host:port/path"
            problems.add("address", at: value.place, "url is \(value.shown); expected \(expected)")
            return nil
        }
        let path = address.path.isEmpty ? "/" : address.path
        let port = address.port ?? (isSecure ? 443 : 80)
        return HTTPAddress(host: address.host, port: port, path: path, isSecure: isSecure)
    }
}
