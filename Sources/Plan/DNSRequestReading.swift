extension Reader {
    /// `dns:` of a load.
    func dnsRequest(_ value: Value, hosts: [String]) -> DNSRequestPlan? {
        let keys = ["server", "name", "type", "over", "timeout"]
        guard let fields = Fields(value, "dns", keys: keys, problems: problems) else { return nil }
        let server = fields.required("server", "dns://ns1:53")
            .flatMap { target($0, "server", .dns, port: 53, hosts: hosts) }
        let name = fields.required("name", "example.org").flatMap { domainName($0) }
        let types = DNSRequestPlan.RecordType.allCases
        let type = optional(fields["type"], .a) { value in
            word(value, "type", of: types.map(\.text)).flatMap { text in types.first { $0.text == text } }
        }
        let over = optional(fields["over"], .udp) {
            word($0, "over", of: DNSRequestPlan.Transport.allCases.map(\.rawValue))
                .flatMap(DNSRequestPlan.Transport.init)
        }
        guard let server, let name, let type, let over, let timeout = requestTimeout(fields) else {
            return nil
        }
        return DNSRequestPlan(server: server, name: name, type: type, over: over, timeout: timeout)
    }

    /// RFC 1035, section 2.3.4: labels of 1 to 63 bytes, 255 bytes as encoded.
    private func domainName(_ value: Value) -> String? {
        guard let text = text(value, "name", expected: "a domain name such as example.org") else {
            return nil
        }
        if text == "." { return text }
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isLabel = { (label: Substring) in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }
        }
        guard labels.allSatisfy(isLabel), name.utf8.count <= 253 else {
            let expected = "labels of 1 to 63 ASCII characters with dots between them, 253 in all"
            problems.add("name", at: value.place, "name is \(quoted(text)); expected \(expected)")
            return nil
        }
        return name
    }
}
