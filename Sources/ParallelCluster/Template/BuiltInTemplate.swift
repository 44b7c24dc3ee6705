extension ConfigurationTemplate {
    /// The operator's guide's template, which is `examples/templates/cluster-config.yaml.template` too.
    package static var builtIn: ConfigurationTemplate {
        ConfigurationTemplate(
            name: "built-in template",
            text: String(
                decoding: PackageResources.cluster_config_yaml_template, as: UTF8.self))
    }
}
