extension Reader {
    /// The keys of a load that say what is asked; one of them is there.
    static let protocols = ["http"]

    func request(_ fields: Fields, hosts: [String]) -> RequestPlan? {
        let given = Self.protocols.filter { fields[$0] != nil }
        if given.count > 1 {
            let message = "\(given.listed) are given; expected one of them: a load speaks one protocol"
            problems.add("protocol", at: fields.place(of: given[1]), message)
            return nil
        }
        return fields.required("http", "{ url: \"http://lb/\" }")
            .flatMap { httpRequest($0, hosts: hosts) }
            .map(RequestPlan.http)
    }
}
