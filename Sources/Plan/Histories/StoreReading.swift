import Measures

/// `redis:` and `etcd:` of a history.
extension Reader {
    private static let mostServers = 16

    func redisStore(_ value: Value, hosts: [String]) -> RedisStorePlan? {
        let keys = ["url", "password-variable", "sentinels", "primary", "timeout"]
        guard let fields = Fields(value, "redis", keys: keys, problems: problems) else { return nil }
        let timeout = storeTimeout(fields)
        guard fields.isMeant("sentinels") || fields.isMeant("primary") else {
            let form = "redis://user:password@host:6379"
            let server = server(fields, schemes: ["redis"], form: form, standardPort: 6379, hosts: hosts)
            guard let server, let timeout else { return nil }
            guard server.path.isEmpty || server.path == "/" || server.path == "/0" else {
                problems.add("address", at: server.place, "a history is kept in database 0; expected \(form)")
                return nil
            }
            return RedisStorePlan(finding: .server(server.address), timeout: timeout)
        }
        for key in ["url", "password-variable"] where fields[key] != nil {
            let message = "\(key) has no meaning beside sentinels, who say where the primary is; leave it out"
            problems.add("redis", at: fields.place(of: key), message)
            return nil
        }
        let sentinels = fields.required("sentinels", "[cache1:26379, cache2:26379]").flatMap {
            servers($0, "sentinels", scheme: "tcp", port: 26379, hosts: hosts)
        }
        let primary = fields.required("primary", "mymaster").flatMap { primaryName($0) }
        guard let sentinels, let primary, let timeout else { return nil }
        return RedisStorePlan(finding: .sentinels(sentinels, primary: primary), timeout: timeout)
    }

    /// As Redis's own configuration allows it.
    private func primaryName(_ value: Value) -> String? {
        let expected = "the name that the sentinels know the primary by, of letters, digits and ._-"
        guard let name = text(value, "primary", expected: expected) else { return nil }
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isName, (1...100).contains(name.utf8.count) else {
            problems.add("redis", at: value.place, "primary is \(quoted(name)); expected \(expected)")
            return nil
        }
        return name
    }

    func etcdStore(_ value: Value, hosts: [String]) -> EtcdStorePlan? {
        let keys = ["urls", "reads", "timeout"]
        guard let fields = Fields(value, "etcd", keys: keys, problems: problems) else { return nil }
        let endpoints = fields.required("urls", "[\"http://etcd1:2379\", \"http://etcd2:2379\"]").flatMap {
            servers($0, "urls", scheme: "http", port: 2379, hosts: hosts)
        }
        let reads = optional(fields["reads"], "linearizable") {
            word($0, "reads", of: ["linearizable", "serializable"])
        }
        guard let endpoints, let reads, let timeout = storeTimeout(fields) else { return nil }
        return EtcdStorePlan(
            endpoints: endpoints,
            readsAreSerializable: reads == "serializable",
            timeout: timeout
        )
    }

    private func storeTimeout(_ fields: Fields) -> Duration? {
        optional(fields["timeout"], .seconds(1)) {
            duration($0, "timeout", from: .milliseconds(1), to: .seconds(60))
        }
    }

    /// One or several, as "host:port" or with the scheme before it.
    private func servers(_ value: Value, _ key: String, scheme: String, port: UInt16, hosts: [String])
        -> [HostPort]?
    {
        let items = items(value, key, most: Self.mostServers)
        let expected = "\(scheme == "tcp" ? "" : scheme + "://")\(hosts.first ?? "host"):\(port)"
        let servers = items.compactMap { item -> HostPort? in
            guard let text = text(item, "an entry of \(key)", expected: expected) else { return nil }
            do throws(AddressText.Fault) {
                let address = try AddressText(text.contains("://") ? text : "\(scheme)://\(text)")
                guard address.scheme.rawValue == scheme, address.path.isEmpty || address.path == "/" else {
                    throw AddressText.Fault(message: "\(quoted(text)); expected \(expected)")
                }
                guard isAllowed(address, key, at: item, shown: expected, hosts: hosts) else { return nil }
                return HostPort(host: address.host, port: address.port ?? port)
            } catch {
                problems.add("address", at: item.place, "\(key): \(error.message)")
                return nil
            }
        }
        guard !servers.isEmpty || !items.isEmpty || !problems.isEmpty else {
            problems.add("empty-list", at: value.place, "\(key) is empty; expected [\(expected)]")
            return nil
        }
        return servers.isEmpty || servers.count != items.count ? nil : servers
    }
}
