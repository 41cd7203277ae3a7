/** The one table of attribute types: everything that is served, matched or described in the schema comes from it. */
import type { AttributeDefinition } from '../../core/model/attribute-definition.ts';
import { foldAttribute } from '../../core/syntax/folding.ts';
import * as rules from './matching-rules.ts';
import { SYNTAX } from './matching-rules.ts';

export interface AttributeType {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly oid: string;
  readonly syntax: string;
  /** null: no such assertion can be evaluated. */
  readonly equality: rules.MatchingRule | null;
  readonly ordering: rules.OrderingRule | null;
  readonly substring: rules.MatchingRule | null;
  readonly single: boolean;
  /** Operational attributes are returned when asked for by name or with "+". */
  readonly operational: boolean;
  /** Operational, and about the server (dSAOperation in RFC 4512 section 4.1.2) instead of an entry. */
  readonly dsa: boolean;
  /** Its octets are not in the tree, which holds their digest in the place of the value. */
  readonly external: boolean;
  /** Operational, but returned with the user attributes too, because clients count on it. */
  readonly byDefault: boolean;
  /** For the directory's own bind DN alone, which asks for it by name. */
  readonly restricted: boolean;
}

/** The type of a name, alias or OID in any case; undefined: who asks does not know of any. */
export type FindType = (name: string) => AttributeType | undefined;

type Matching = Pick<AttributeType, 'syntax' | 'equality' | 'ordering' | 'substring'>;

const text: Matching = {
  syntax: SYNTAX.directoryString,
  equality: rules.caseIgnoreMatch,
  ordering: rules.caseIgnoreOrderingMatch,
  substring: rules.caseIgnoreSubstringsMatch,
};
const ia5: Matching = {
  syntax: SYNTAX.ia5String,
  equality: rules.caseIgnoreIA5Match,
  ordering: null,
  substring: rules.caseIgnoreIA5SubstringsMatch,
};
const ia5Exact = exact(SYNTAX.ia5String, rules.caseExactIA5Match);
const dn = exact(SYNTAX.dn, rules.distinguishedNameMatch);
const oid = exact(SYNTAX.oid, rules.objectIdentifierMatch);
const octets = exact(SYNTAX.octetString, rules.octetStringMatch);
const telephone: Matching = {
  syntax: SYNTAX.telephoneNumber,
  equality: rules.telephoneNumberMatch,
  ordering: null,
  substring: rules.telephoneNumberSubstringsMatch,
};
const jpeg: Matching = { syntax: SYNTAX.jpeg, equality: null, ordering: null, substring: null };
/** Of no equality: its octets are not in the tree. */
const image: Matching = { ...octets, equality: null };
const uuid: Matching = { ...exact(SYNTAX.uuid, rules.uuidMatch), ordering: rules.uuidOrderingMatch };
const boolean = exact(SYNTAX.boolean, rules.booleanMatch);
const integer: Matching = {
  ...exact(SYNTAX.integer, rules.integerMatch),
  ordering: rules.integerOrderingMatch,
};
const time: Matching = {
  ...exact(SYNTAX.generalizedTime, rules.generalizedTimeMatch),
  ordering: rules.generalizedTimeOrderingMatch,
};

const single = { single: true };
const operational = { single: true, operational: true };
const several = { operational: true };
const dsa = { operational: true, dsa: true };
const aliases = (...names: string[]) => ({ aliases: names });

/** By name, in the order in which an entry's attributes are sent. OIDs: RFC 4512, 4519, 4524, 4530, 2307, 2798, 5020, Microsoft, Netscape, OpenSSH-LPK. */
export const attributeType = {
  objectClass: define('objectClass', '2.5.4.0', oid),
  dc: define('dc', '0.9.2342.19200300.100.1.25', ia5, { ...single, ...aliases('domainComponent') }),
  o: define('o', '2.5.4.10', text, aliases('organizationName')),
  ou: define('ou', '2.5.4.11', text, aliases('organizationalUnitName')),
  uid: define('uid', '0.9.2342.19200300.100.1.1', text, aliases('userid')),
  username: define('username', '2.25.10125442683512303250715578809867031706', text, single),
  sAMAccountName: define('sAMAccountName', '1.2.840.113556.1.4.221', text, single),
  userPrincipalName: define('userPrincipalName', '1.2.840.113556.1.4.656', text, single),
  cn: define('cn', '2.5.4.3', text, aliases('commonName')),
  displayName: define('displayName', '2.16.840.1.113730.3.1.241', text, single),
  givenName: define('givenName', '2.5.4.42', text, aliases('gn')),
  sn: define('sn', '2.5.4.4', text, aliases('surname')),
  mail: define('mail', '0.9.2342.19200300.100.1.3', ia5, aliases('rfc822Mailbox')),
  mailAlternateAddress: define('mailAlternateAddress', '2.16.840.1.113730.3.1.13', ia5),
  telephoneNumber: define('telephoneNumber', '2.5.4.20', telephone),
  mobile: define('mobile', '0.9.2342.19200300.100.1.41', telephone, aliases('mobileTelephoneNumber')),
  title: define('title', '2.5.4.12', text),
  departmentNumber: define('departmentNumber', '2.16.840.1.113730.3.1.2', text, aliases('department')),
  employeeNumber: define('employeeNumber', '2.16.840.1.113730.3.1.3', text, single),
  preferredLanguage: define('preferredLanguage', '2.16.840.1.113730.3.1.39', text, single),
  sshPublicKey: define('sshPublicKey', '1.3.6.1.4.1.24552.500.1.1.1.13', octets),
  jpegPhoto: define('jpegPhoto', '0.9.2342.19200300.100.1.60', jpeg, { external: true }),
  groupPermissions: define('groupPermissions', '2.25.71070568521057520356686748719332604797', text, single),
  rosterQuota: define('rosterQuota', '2.25.245087303378907318036152923961274714338', text, single),
  description: define('description', '2.5.4.13', text),
  objectCategory: define('objectCategory', '1.2.840.113556.1.4.782', text, single),
  userAccountControl: define('userAccountControl', '1.2.840.113556.1.4.8', integer, single),
  uidNumber: define('uidNumber', '1.3.6.1.1.1.1.0', integer, single),
  gidNumber: define('gidNumber', '1.3.6.1.1.1.1.1', integer, single),
  gecos: define('gecos', '1.3.6.1.1.1.1.2', ia5, single),
  homeDirectory: define('homeDirectory', '1.3.6.1.1.1.1.3', ia5Exact, single),
  loginShell: define('loginShell', '1.3.6.1.1.1.1.4', ia5Exact, single),
  member: define('member', '2.5.4.31', dn),
  uniqueMember: define('uniqueMember', '2.5.4.50', dn),
  memberUid: define('memberUid', '1.3.6.1.1.1.1.12', ia5),
  owner: define('owner', '2.5.4.32', dn),
  memberOf: define('memberOf', '1.2.840.113556.1.2.102', dn, {
    ...several,
    ...aliases('isMemberOf'),
    byDefault: true,
  }),
  entryUUID: define('entryUUID', '1.3.6.1.1.16.4', uuid, { ...operational, byDefault: true }),
  entryDN: define('entryDN', '1.3.6.1.1.20', dn, operational),
  createTimestamp: define('createTimestamp', '2.5.18.1', time, operational),
  modifyTimestamp: define('modifyTimestamp', '2.5.18.2', time, operational),
  pwdChangedTime: define('pwdChangedTime', '1.3.6.1.4.1.42.2.27.8.1.16', time, operational),
  structuralObjectClass: define('structuralObjectClass', '2.5.21.9', oid, operational),
  subschemaSubentry: define('subschemaSubentry', '2.5.18.10', dn, operational),
  hasSubordinates: define('hasSubordinates', '2.5.18.9', boolean, operational),
  namingContexts: define('namingContexts', '1.3.6.1.4.1.1466.101.120.5', dn, dsa),
  defaultNamingContext: define('defaultNamingContext', '1.2.840.113556.1.4.1480', dn, { ...dsa, ...single }),
  supportedControl: define('supportedControl', '1.3.6.1.4.1.1466.101.120.13', oid, dsa),
  supportedExtension: define('supportedExtension', '1.3.6.1.4.1.1466.101.120.7', oid, dsa),
  supportedFeatures: define('supportedFeatures', '1.3.6.1.4.1.4203.1.3.5', oid, dsa),
  supportedLDAPVersion: define('supportedLDAPVersion', '1.3.6.1.4.1.1466.101.120.15', integer, dsa),
  vendorName: define('vendorName', '1.3.6.1.1.4', text, { ...dsa, ...single }),
  vendorVersion: define('vendorVersion', '1.3.6.1.1.5', text, { ...dsa, ...single }),
  rosterInstance: define('rosterInstance', '2.25.304583034473208208693127390613178383917', ia5, {
    ...dsa,
    ...single,
  }),
  rosterVia: define('rosterVia', '2.25.67426947975472267289192204560897655853', ia5, several),
  attributeTypes: define('attributeTypes', '2.5.21.5', described(SYNTAX.attributeTypeDescription), several),
  objectClasses: define('objectClasses', '2.5.21.6', described(SYNTAX.objectClassDescription), several),
  matchingRules: define('matchingRules', '2.5.21.4', described(SYNTAX.matchingRuleDescription), several),
  ldapSyntaxes: define(
    'ldapSyntaxes',
    '1.3.6.1.4.1.1466.101.120.16',
    described(SYNTAX.syntaxDescription),
    several,
  ),
} as const satisfies Record<string, AttributeType>;

export const ATTRIBUTE_TYPES: readonly AttributeType[] = Object.values(attributeType);

const BY_NAME: ReadonlyMap<string, AttributeType> = new Map(
  ATTRIBUTE_TYPES.flatMap((type) =>
    [type.name, type.oid, ...type.aliases].map((name) => [foldAttribute(name), type] as const),
  ),
);

/** The type of a name, alias or OID in any case. No attribute here has options: a name with some is unknown. */
export function findAttributeType(name: string): AttributeType | undefined {
  return BY_NAME.get(foldAttribute(name));
}

/** A type that administrators defined; `restricted` ones are operational, so that nobody reads them unasked. */
export function definedType(
  name: string,
  oid: string,
  type: AttributeDefinition['type'],
  { single, restricted }: Pick<AttributeType, 'single' | 'restricted'>,
): AttributeType {
  return define(name, oid, { text, integer, boolean, time, image }[type], {
    ...{ single, restricted, operational: restricted, external: type === 'image' },
  });
}

function define(
  name: string,
  oid: string,
  matching: Matching,
  options: Partial<AttributeType> = {},
): AttributeType {
  return {
    name,
    oid,
    aliases: [],
    single: false,
    operational: false,
    dsa: false,
    external: false,
    byDefault: false,
    restricted: false,
    ...matching,
    ...options,
  };
}

function exact(syntax: string, equality: rules.MatchingRule): Matching {
  return { syntax, equality, ordering: null, substring: null };
}

function described(syntax: string): Matching {
  return { syntax, equality: null, ordering: null, substring: null };
}
