import ParallelCluster

/// The guide's variables, with ids of the form AWS gives.
enum GuideFixture {
    static let values = [
        "AWS_REGION": "us-east-1", "PUBLIC_SUBNET_ID": "subnet-0a1b2c3d4e5f60718",
        "PRIVATE_SUBNET_ID": "subnet-0f1e2d3c4b5a69788",
        "SECURITY_GROUP_ID": "sg-0123456789abcdef0",
        "HEAD_NODE_BOOTSTRAP_SCRIPT": "s3://bucket/head.sh",
        "COMPUTE_NODE_BOOTSTRAP_SCRIPT": "s3://bucket/compute.sh",
        "COMPUTE_INSTANCE_TYPE": "g5.8xlarge", "COMPUTE_MIN_COUNT": "2", "COMPUTE_MAX_COUNT": "2",
        "FSX_OPENZFS_ROOT_VOLUME_ID": "fsvol-0123456789abcdef0",
        "FSX_LUSTRE_ID": "fs-0123456789abcdef0",
    ]

    static func configuration(_ changes: [String: String] = [:]) throws -> String {
        let all = values.merging(changes) { $1 }
        return try ConfigurationTemplate.builtIn.configuration(
            from: VariableSources(environment: all))
    }
}
