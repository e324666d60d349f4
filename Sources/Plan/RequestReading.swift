extension Reader {
    /// The keys of a load that say what is asked; one of them is there.
    static let protocols = ["http", "redis", "postgres"]

    func request(_ fields: Fields, hosts: [String]) -> RequestPlan? {
        let given = Self.protocols.filter { fields[$0] != nil }
        if given.count > 1 {
            let message = "\(given.listed) are given; expected one of them: a load speaks one protocol"
            problems.add("protocol", at: fields.place(of: given[1]), message)
            return nil
        }
        // A typing error was reported already.
        if given.isEmpty, Self.protocols.contains(where: { fields.isMeant($0) }) { return nil }
        if let redis = fields["redis"] { return redisRequest(redis, hosts: hosts).map(RequestPlan.redis) }
        if let postgres = fields["postgres"] {
            return postgresRequest(postgres, hosts: hosts).map(RequestPlan.postgres)
        }
        return fields.required("http", "{ url: \"http://lb/\" }")
            .flatMap { httpRequest($0, hosts: hosts) }
            .map(RequestPlan.http)
    }
}
