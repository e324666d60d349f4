extension Reader {
    private static let mostBytes = 65_536

    /// `tcp:` of a load.
    func tcpRequest(_ value: Value, hosts: [String]) -> TCPRequestPlan? {
        let keys = ["address", "send", "expect", "timeout"]
        guard let fields = Fields(value, "tcp", keys: keys, problems: problems) else { return nil }
        let target = fields.required("address", "tcp://web1:7")
            .flatMap { self.target($0, "address", .tcp, port: nil, hosts: hosts) }
        let send = optional(fields["send"], []) { bytes($0, "send", most: Self.mostBytes) }
        let standard: TCPRequestPlan.Expectation = send?.isEmpty == false ? .echo : .nothing
        let expect = optional(fields["expect"], standard) { expectation($0) }
        guard let target, let send, let expect, let timeout = requestTimeout(fields) else { return nil }
        guard expect != .echo || !send.isEmpty else {
            let message = "expect is echo and nothing is sent; expected send: \"ping\" beside it"
            problems.add("expect", at: fields.place(of: "expect"), message)
            return nil
        }
        return TCPRequestPlan(target: target, send: send, expect: expect, timeout: timeout)
    }

    private func expectation(_ value: Value) -> TCPRequestPlan.Expectation? {
        guard value.pairs != nil else {
            switch word(value, "expect", of: ["echo", "line", "nothing"]) {
            case "echo": return .echo
            case "line": return .line
            case "nothing": return .nothing
            default: return nil
            }
        }
        guard let fields = Fields(value, "expect", keys: ["bytes", "count"], problems: problems) else {
            return nil
        }
        switch (fields["bytes"], fields["count"]) {
        case (let bytes?, nil):
            guard let found = self.bytes(bytes, "bytes", most: Self.mostBytes) else { return nil }
            guard !found.isEmpty else {
                problems.add("bytes", at: bytes.place, "bytes is empty; expected what the peer answers")
                return nil
            }
            return .bytes(found)
        case (nil, let count?): return self.count(count, "count", 1...1_000_000_000).map { .count($0) }
        default:
            let expected = "expected { bytes: \"+PONG\" } or { count: 512 }"
            problems.add("expect", at: fields.place, "expect takes one of bytes and count; \(expected)")
            return nil
        }
    }
}
