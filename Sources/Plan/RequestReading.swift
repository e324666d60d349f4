extension Reader {
    /// The keys of a load that say what is asked; one of them is there.
    static let protocols = ["http", "redis", "postgres", "grpc", "tcp", "udp", "dns", "icmp"]

    func request(_ fields: Fields, hosts: [String]) -> RequestPlan? {
        let given = Self.protocols.filter { fields[$0] != nil }
        if given.count > 1 {
            let message = "\(given.listed) are given; expected one of them: a load speaks one protocol"
            problems.add("protocol", at: fields.place(of: given[1]), message)
            return nil
        }
        // A typing error was reported already.
        if given.isEmpty, Self.protocols.contains(where: { fields.isMeant($0) }) { return nil }
        let value = given.first.flatMap { fields[$0] }
        switch (given.first, value) {
        case ("redis", let value?): return redisRequest(value, hosts: hosts).map(RequestPlan.redis)
        case ("postgres", let value?): return postgresRequest(value, hosts: hosts).map(RequestPlan.postgres)
        case ("grpc", let value?): return grpcRequest(value, hosts: hosts).map(RequestPlan.grpc)
        case ("tcp", let value?): return tcpRequest(value, hosts: hosts).map(RequestPlan.tcp)
        case ("udp", let value?): return udpRequest(value, hosts: hosts).map(RequestPlan.udp)
        case ("dns", let value?): return dnsRequest(value, hosts: hosts).map(RequestPlan.dns)
        case ("icmp", let value?): return icmpRequest(value, hosts: hosts).map(RequestPlan.icmp)
        default:
            return fields.required("http", "{ url: \"http://lb/\" }")
                .flatMap { httpRequest($0, hosts: hosts) }
                .map(RequestPlan.http)
        }
    }
}
