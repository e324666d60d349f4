extension Reader {
    private static let longestMessage = 65_536

    /// `grpc:` of a load.
    func grpcRequest(_ value: Value, hosts: [String]) -> GRPCRequestPlan? {
        let keys = ["url", "method", "message", "health", "metadata", "streams", "timeout", "tls"]
        guard let fields = Fields(value, "grpc", keys: keys, problems: problems) else { return nil }
        let url = fields.required("url", "grpc://web1:50051")
        let isSecure = url?.text?.hasPrefix("grpcs://") == true
        let target = url.flatMap {
            self.target($0, "url", isSecure ? .grpcs : .grpc, port: nil, hosts: hosts)
        }
        let call = grpcCall(fields)
        let metadata = optional(fields["metadata"], []) { headers($0) }
        let tls = tls(fields, isSecure: isSecure)
        guard let target, let call, let metadata, let streams = underWay(fields, "streams"),
            let timeout = requestTimeout(fields), let tls
        else { return nil }
        return GRPCRequestPlan(
            target: target,
            call: call,
            metadata: metadata,
            streams: streams,
            tls: tls,
            timeout: timeout
        )
    }

    private func grpcCall(_ fields: Fields) -> GRPCRequestPlan.Call? {
        let expected = "either health: SERVICE (\"\" is the whole server), or method: package.Service/Method"
        switch (fields["health"], fields["method"]) {
        case (let health?, nil):
            if fields["message"] != nil {
                let message = "health writes its message itself; leave it out"
                problems.add("message", at: fields.place(of: "message"), message)
                return nil
            }
            return text(health, "health", expected: "a service, or \"\" for the whole server").flatMap {
                guard $0.utf8.count <= 1_024 else {
                    problems.add("health", at: health.place, "health is longer than 1024 bytes")
                    return nil
                }
                return .health(service: $0)
            }
        case (nil, let method?):
            let path = text(method, "method", expected: "package.Service/Method").flatMap { text -> String? in
                // What is filled in later is looked at then.
                let shown = TextTemplate.isMeant(text) ? TextTemplate.filled(text) : text
                let parts = shown.split(separator: "/", omittingEmptySubsequences: false)
                let isName = { (part: Substring) in
                    !part.isEmpty && part.utf8.allSatisfy { (0x21...0x7e).contains($0) }
                }
                guard parts.count == 2, parts.allSatisfy(isName), text.utf8.count <= 1_024 else {
                    let message = "method is \(quoted(text)); expected package.Service/Method"
                    problems.add("method", at: method.place, message)
                    return nil
                }
                return "/" + text
            }
            let message = optional(fields["message"], []) { bytes($0, "message", most: Self.longestMessage) }
            guard let path, let message else { return nil }
            return .unary(path: path, message: message)
        default:
            problems.add(
                "grpc",
                at: fields.place,
                "grpc takes one of health and method; expected \(expected)"
            )
            return nil
        }
    }
}
