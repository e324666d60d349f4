extension Reader {
    /// Largest UDP payload over IPv4: 65,535 - 20 - 8.
    static let largestDatagram = 65_507

    /// `udp:` of a load.
    func udpRequest(_ value: Value, hosts: [String]) -> EchoRequestPlan? {
        let keys = ["address", "size", "send", "expect", "timeout"]
        guard let fields = Fields(value, "udp", keys: keys, problems: problems) else { return nil }
        let target = fields.required("address", "udp://web1:7")
            .flatMap { self.target($0, "address", .udp, port: nil, hosts: hosts) }
        let payload = udpPayload(fields)
        guard let target, let payload, let timeout = requestTimeout(fields) else { return nil }
        return EchoRequestPlan(target: target, payload: payload, timeout: timeout)
    }

    private func udpPayload(_ fields: Fields) -> EchoRequestPlan.Payload? {
        guard let send = fields["send"] else {
            if fields["expect"] != nil {
                let message =
                    "without send, the datagram is Faultline's own and must come back; leave expect out"
                problems.add("expect", at: fields.place(of: "expect"), message)
                return nil
            }
            return optional(fields["size"], 64) { count($0, "size", 16...Self.largestDatagram) }
                .map { .numbered(size: $0) }
        }
        if fields["size"] != nil {
            let message = "send has its own size; leave size out"
            problems.add("size", at: fields.place(of: "size"), message)
            return nil
        }
        let bytes = bytes(send, "send", most: Self.largestDatagram)
        if bytes?.isEmpty == true {
            problems.add("bytes", at: send.place, "send is empty; expected what a datagram is to hold")
            return nil
        }
        let answer = optional(fields["expect"], .echo) {
            word($0, "expect", of: ["echo", "any"]).flatMap(EchoRequestPlan.Answer.init)
        }
        guard let bytes, let answer else { return nil }
        return .fixed(bytes, answer)
    }

    /// `icmp:` of a load.
    func icmpRequest(_ value: Value, hosts: [String]) -> EchoRequestPlan? {
        let keys = ["address", "size", "timeout"]
        guard let fields = Fields(value, "icmp", keys: keys, problems: problems) else { return nil }
        let target = fields.required("address", "icmp://web1").flatMap { value -> HostPort? in
            let target = self.target(value, "address", .icmp, port: 0, hosts: hosts)
            guard let target, target.port != 0 else { return target }
            problems.add("address", at: value.place, "ICMP has no ports; expected icmp://\(target.host)")
            return nil
        }
        // Of the payload; 56 as of ping(8).
        let size = optional(fields["size"], 56) { count($0, "size", 16...Self.largestDatagram) }
        guard let target, let size, let timeout = requestTimeout(fields) else { return nil }
        return EchoRequestPlan(target: target, payload: .numbered(size: size), timeout: timeout)
    }
}
