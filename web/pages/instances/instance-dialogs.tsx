import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  type CertificateShown,
  type InstanceInfo,
  MAX_INSTANCE_NAME,
  MAX_INSTANCE_TOKEN,
  MAX_INSTANCE_URL,
} from '../../../src/lib/instances.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { Icon } from '../../components/icons.tsx'
import { say } from '../../components/toasts.tsx'
import { api, type InstanceSaid } from '../../lib/api.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import { instancesQuery } from './instances.queries.ts'

interface Props {
  readonly instance: InstanceInfo
  readonly onClose: () => void
}

/** Does it, asks for the list anew, and says that it is done. */
function useAct(): (act: Promise<unknown>, done: string) => Promise<void> {
  const client = useQueryClient()
  return async (act, done) => {
    await act
    await client.invalidateQueries({ queryKey: instancesQuery.queryKey })
    say(done)
  }
}

const textOf = (given: FormData, name: string): string => String(given.get(name) ?? '').trim()

export function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const act = useAct()
  const [url, setUrl] = useState('')
  const [hasToken, setHasToken] = useState(false)
  const add = async (given: FormData) => {
    const [name, token] = [textOf(given, 'name'), textOf(given, 'token')]
    const said = { url: url.trim(), ...(name !== '' && { name }), ...(token !== '' && { token }) }
    const adding = api.addInstance(said)
    await act(adding, t('instance.added', { name: showable(name === '' ? said.url : name) }))
  }
  return (
    <AskDialog title={t('instances.add')} action={t('instances.add')} act={add} onClose={onClose}>
      <UrlField value={url} onChange={setUrl} />
      <NameField placeholder={t('instance.name.about')} />
      <TokenField placeholder="" onFill={setHasToken} />
      <p className="faint">{t('instance.token.about')}</p>
      {hasToken && <ClearWarning url={url} />}
    </AskDialog>
  )
}

export function EditDialog({ instance, onClose }: Props) {
  const { id, isGiven, hasToken, certificate } = instance
  const act = useAct()
  const [url, setUrl] = useState(instance.url)
  const [isFilled, setFilled] = useState(false)
  const isMoved = originOf(url) !== originOf(instance.url)
  const edit = async (given: FormData) => {
    const token = textOf(given, 'token')
    const forgets = given.has('forget-token')
    const said: InstanceSaid = {
      ...(!isGiven && { name: textOf(given, 'name'), url: url.trim() }),
      ...(token !== '' ? { token } : forgets && { token: '' }),
      ...(given.has('forget-certificate') && { certificate: '' }),
    }
    const name = showable(said.name ?? instance.name)
    await act(api.changeInstance(id, said), t('instance.changed', { name }))
  }
  const name = showable(instance.name)
  return (
    <AskDialog title={t('instance.edit.title', { name })} action={t('rules.save')} act={edit} onClose={onClose}>
      {isGiven ? (
        <p className="faint">{t('instance.given.about')}</p>
      ) : (
        <>
          <UrlField value={url} onChange={setUrl} />
          <NameField initial={instance.name} isRequired />
        </>
      )}
      <TokenField placeholder={hasToken && !isMoved ? t('instance.token.kept') : ''} onFill={setFilled} />
      {isMoved && (hasToken || certificate !== undefined) && <Warning text={t('instance.moved')} />}
      {hasToken && !isMoved && !isFilled && <CheckField name="forget-token" text={t('instance.token.forget')} />}
      {certificate !== undefined && !isMoved && <CheckField name="forget-certificate" text={t('instance.certificate.forget')} />}
      {(isFilled || hasToken) && <ClearWarning url={url} />}
    </AskDialog>
  )
}

export function RemoveDialog({ instance, onClose }: Props) {
  const act = useAct()
  const name = showable(instance.name)
  const remove = () => act(api.removeInstance(instance.id), t('removed', { name }))
  return (
    <AskDialog title={t('remove.title', { name })} action={t('remove')} act={remove} onClose={onClose}>
      <p>{t('instance.remove.about')}</p>
    </AskDialog>
  )
}

export function AcceptDialog({ instance, offered, onClose }: Props & { readonly offered: CertificateShown }) {
  const act = useAct()
  // What is accepted is what was looked at, though another may be shown meanwhile.
  const [{ fingerprint, subject, issuer, validFrom, validTo }] = useState(offered)
  const name = showable(instance.name)
  const accept = () => act(api.changeInstance(instance.id, { certificate: fingerprint }), t('instance.accepted', { name }))
  return (
    <AskDialog title={t('instance.accept.title', { name })} action={t('instance.accept.do')} act={accept} onClose={onClose}>
      <dl className="certificate">
        <dt>{t('certificate.fingerprint')}</dt>
        <dd className="certificate-print">{fingerprint}</dd>
        <dt>{t('certificate.subject')}</dt>
        <dd>{showable(subject)}</dd>
        <dt>{t('certificate.issuer')}</dt>
        <dd>{showable(issuer)}</dd>
        <dt>{t('certificate.valid')}</dt>
        <dd>{t('certificate.validRange', { from: showable(validFrom), to: showable(validTo) })}</dd>
      </dl>
      <p className="faint">{t('instance.accept.about')}</p>
    </AskDialog>
  )
}

const originOf = (url: string): string => URL.parse(url.trim())?.origin ?? url

/** As a browser shows it, a name that stands for this machine is safe. */
const isSafe = (url: string): boolean => {
  const parsed = URL.parse(url.trim())
  return parsed === null || parsed.protocol !== 'http:' || /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(parsed.hostname)
}
const ClearWarning = ({ url }: { readonly url: string }) => (isSafe(url) ? null : <Warning text={t('instance.token.clear')} />)
const Warning = ({ text }: { readonly text: string }) => (
  <p className="notice" role="note">
    <Icon name="warning" /> <span>{text}</span>
  </p>
)

function UrlField({ value, onChange }: { readonly value: string; readonly onChange: (url: string) => void }) {
  return (
    <label>
      <span>{t('instance.url')}</span>
      <input
        className="form-control form-control-sm"
        type="url"
        name="url"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={MAX_INSTANCE_URL}
        placeholder={t('instance.url.about')}
        pattern="\s*[Hh][Tt][Tt][Pp][Ss]?://.+"
        title={t('instance.url.about')}
        required
        autoComplete="off"
        spellCheck={false}
      />
    </label>
  )
}

function NameField({
  initial = '',
  placeholder,
  isRequired = false,
}: {
  readonly initial?: string
  readonly placeholder?: string
  readonly isRequired?: boolean
}) {
  return (
    <label>
      <span>{t('name')}</span>
      <input
        className="form-control form-control-sm"
        name="name"
        defaultValue={initial}
        maxLength={MAX_INSTANCE_NAME}
        placeholder={placeholder}
        required={isRequired}
        autoComplete="off"
        spellCheck={false}
      />
    </label>
  )
}

function TokenField({ placeholder, onFill }: { readonly placeholder: string; readonly onFill: (isFilled: boolean) => void }) {
  return (
    <label>
      <span>{t('instance.token')}</span>
      <input
        className="form-control form-control-sm"
        type="password"
        name="token"
        maxLength={MAX_INSTANCE_TOKEN}
        placeholder={placeholder}
        // No password of this site: a browser should neither offer nor keep one.
        autoComplete="new-password"
        spellCheck={false}
        onChange={(event) => onFill(event.target.value !== '')}
      />
    </label>
  )
}

function CheckField({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <label className="ask-check">
      <input type="checkbox" name={name} /> <span>{text}</span>
    </label>
  )
}
