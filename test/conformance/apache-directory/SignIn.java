/** Signs in, loads and checks the schema, and reads everything, by Apache Directory's LDAP API: what Apache Directory Studio does. */
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManagerFactory;
import org.apache.directory.api.ldap.model.cursor.EntryCursor;
import org.apache.directory.api.ldap.model.entry.Attribute;
import org.apache.directory.api.ldap.model.entry.Entry;
import org.apache.directory.api.ldap.model.exception.LdapException;
import org.apache.directory.api.ldap.model.message.SearchScope;
import org.apache.directory.api.ldap.model.schema.SchemaManager;
import org.apache.directory.ldap.client.api.LdapConnectionConfig;
import org.apache.directory.ldap.client.api.LdapNetworkConnection;

public class SignIn {
  /** Arguments: port, file of the CA, bind DN. The password is the one line on standard input. */
  public static void main(String[] args) throws Exception {
    String password = new BufferedReader(new InputStreamReader(System.in, "UTF-8")).readLine();
    LdapConnectionConfig config = new LdapConnectionConfig();
    config.setLdapHost("localhost");
    config.setLdapPort(Integer.parseInt(args[0]));
    config.setUseSsl(true);
    config.setTrustManagers(trusting(args[1]).getTrustManagers());
    try (LdapNetworkConnection connection = new LdapNetworkConnection(config)) {
      try {
        connection.bind(args[2], password);
      } catch (LdapException refused) {
        System.out.println("refused " + refused.getClass().getSimpleName());
        return;
      }
      connection.loadSchema();
      SchemaManager schema = connection.getSchemaManager();
      System.out.println("errors " + schema.getErrors());
      System.out.println("attributes " + schema.getAttributeTypeRegistry().size());
      System.out.println("classes " + schema.getObjectClassRegistry().size());
      EntryCursor cursor = connection.search("dc=roster", "(objectClass=*)", SearchScope.SUBTREE, "*", "+");
      while (cursor.next()) {
        Entry entry = cursor.get();
        System.out.println("entry " + entry.getDn());
        for (Attribute attribute : entry) {
          if (attribute.getAttributeType() == null) System.out.println("unknown " + attribute.getUpId());
        }
      }
    }
  }

  private static TrustManagerFactory trusting(String caFile) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (FileInputStream file = new FileInputStream(caFile)) {
      store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
