import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { MAX_GIVEN_NAME } from '../../../src/lib/host-naming.ts'
import type { HostDetail } from '../../../src/lib/live.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { Icon } from '../../components/icons.tsx'
import { Cut } from '../../components/value.tsx'
import { api } from '../../lib/api.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'

interface Of {
  readonly host: HostDetail
}

/** What the host is called, and a pencil to say it otherwise. */
export function HostName({ host }: Of) {
  const [isNaming, setNaming] = useState(false)
  const { name, address } = host
  return (
    <>
      <h1>
        {name === undefined ? <span className="address">{address}</span> : <Cut text={name} />}
        <button type="button" className="icon-button" title={t('rename')} aria-label={t('rename')} onClick={() => setNaming(true)}>
          <Icon name="rename" />
        </button>
      </h1>
      {isNaming && <NameDialog host={host} onClose={() => setNaming(false)} />}
    </>
  )
}

function NameDialog({ host: { address, names }, onClose }: Of & { readonly onClose: () => void }) {
  const client = useQueryClient()
  const given = names.find(({ from }) => from === 'given')
  const learned = names.find(({ from }) => from !== 'given')
  const name = async (said: FormData) => {
    await api.nameHost(address, String(said.get('name')).trim())
    await client.invalidateQueries({ queryKey: ['host'] })
  }
  return (
    <AskDialog title={t('host.nameTitle', { address: showable(address) })} action={t('rename')} act={name} onClose={onClose}>
      <label>
        <span>{t('name')}</span>
        <input
          className="form-control form-control-sm"
          name="name"
          defaultValue={given?.name ?? ''}
          placeholder={learned?.name}
          maxLength={MAX_GIVEN_NAME}
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <p className="faint">{t('host.nameAbout')}</p>
    </AskDialog>
  )
}
